// Numbers of the TIFF, EXIF and DNG tags that we read (DNG 1.7 specification, TIFF 6.0, Exif 2.32).
#ifndef PETZVAL_CAPTURE_DNG_TAGS_H_
#define PETZVAL_CAPTURE_DNG_TAGS_H_

#include <cstdint>

namespace petzval::tag {

inline constexpr uint16_t kNewSubfileType = 254, kImageWidth = 256, kImageLength = 257,
                          kBitsPerSample = 258, kCompression = 259, kPhotometric = 262,
                          kFillOrder = 266, kMake = 271, kModel = 272, kStripOffsets = 273,
                          kOrientation = 274, kSamplesPerPixel = 277, kRowsPerStrip = 278,
                          kStripByteCounts = 279, kPlanarConfig = 284, kSoftware = 305,
                          kDateTime = 306, kPredictor = 317, kTileWidth = 322, kTileLength = 323,
                          kTileOffsets = 324, kTileByteCounts = 325, kSubIfds = 330,
                          kSampleFormat = 339;

inline constexpr uint16_t kCfaRepeatPatternDim = 33421, kCfaPattern = 33422;

inline constexpr uint16_t kExposureTime = 33434, kFNumber = 33437, kExifIfd = 34665, kIso = 34855,
                          kSensitivityType = 34864, kRecommendedExposureIndex = 34866,
                          kDateTimeOriginal = 36867, kShutterSpeedValue = 37377,
                          kApertureValue = 37378, kFocalLength = 37386, kSubSecTimeOriginal = 37521,
                          kFocalLength35mm = 41989, kLensSpecification = 42034, kLensModel = 42036;

inline constexpr uint16_t kDngVersion = 50706, kUniqueCameraModel = 50708, kCfaPlaneColor = 50710,
                          kCfaLayout = 50711, kLinearizationTable = 50712,
                          kBlackLevelRepeatDim = 50713, kBlackLevel = 50714,
                          kBlackLevelDeltaH = 50715, kBlackLevelDeltaV = 50716, kWhiteLevel = 50717,
                          kDefaultCropOrigin = 50719, kDefaultCropSize = 50720,
                          kColorMatrix1 = 50721, kColorMatrix2 = 50722, kCameraCalibration1 = 50723,
                          kCameraCalibration2 = 50724, kAnalogBalance = 50727,
                          kAsShotNeutral = 50728, kAsShotWhiteXy = 50729, kBaselineExposure = 50730,
                          kLensInfo = 50736, kCalibrationIlluminant1 = 50778,
                          kCalibrationIlluminant2 = 50779, kActiveArea = 50829,
                          kCameraCalibrationSignature = 50931, kProfileCalibrationSignature = 50932,
                          kForwardMatrix1 = 50964, kForwardMatrix2 = 50965, kOpcodeList1 = 51008,
                          kOpcodeList2 = 51009, kOpcodeList3 = 51022, kNoiseProfile = 51041;

// Camera profiles.
inline constexpr uint16_t kReductionMatrix1 = 50725, kReductionMatrix2 = 50726,
                          kExtraCameraProfiles = 50933, kProfileName = 50936,
                          kProfileHueSatMapDims = 50937, kProfileHueSatMapData1 = 50938,
                          kProfileHueSatMapData2 = 50939, kProfileToneCurve = 50940,
                          kProfileEmbedPolicy = 50941, kProfileCopyright = 50942,
                          kProfileLookTableDims = 50981, kProfileLookTableData = 50982,
                          kProfileHueSatMapEncoding = 51107, kProfileLookTableEncoding = 51108,
                          kBaselineExposureOffset = 51109, kDefaultBlackRender = 51110,
                          kCalibrationIlluminant3 = 52529, kCameraCalibration3 = 52530,
                          kColorMatrix3 = 52531, kForwardMatrix3 = 52532, kIlluminantData1 = 52533,
                          kIlluminantData2 = 52534, kIlluminantData3 = 52535,
                          kProfileHueSatMapData3 = 52537, kReductionMatrix3 = 52538;

}  // namespace petzval::tag

#endif  // PETZVAL_CAPTURE_DNG_TAGS_H_
