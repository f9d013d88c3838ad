// Opens RAW files and finished pictures for the measures.
#ifndef PETZVAL_CAMERA_MEASURE_SUBJECT_H_
#define PETZVAL_CAMERA_MEASURE_SUBJECT_H_

#include <optional>
#include <string>

#include "petzval/base/result.h"
#include "petzval/capture/raw_frame.h"
#include "petzval/measure/subject/subject.h"

namespace petzval {

// A RAW file (whatever ReadRaw reads) or a picture (whatever ReadPicture reads), told apart by the
// contents. `color` (may be null) gets what a RAW file says of its colour, nothing for a picture.
// Errors: those of the readers.
Result<measure::Subject> ReadSubject(const std::string& path,
                                     std::optional<DngColor>* color = nullptr);

// The mosaic scaled to 0 = black .. 1 = white level of its colour; colour as the file states it at
// its white balance, or a generic phone's with a warning.
measure::Subject SubjectOfRaw(const RawFrame& frame);

}  // namespace petzval

#endif  // PETZVAL_CAMERA_MEASURE_SUBJECT_H_
