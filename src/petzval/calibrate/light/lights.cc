// Which lights a calibration from sensitivities is made under.
#include "petzval/calibrate/light/light_calibration.h"

namespace petzval::calibrate {

const std::vector<ClassifiedLight>& StoredLights() {
  using enum LightClass;
  static const std::vector<ClassifiedLight> kLights = {
      {"A", kThermal},
      {"D65", kThermal},
      {"FL4", kHalophosphate},
      {"FL1", kHalophosphate},
      {"FL12", kTriphosphor},
      {"FL10", kTriphosphor},
      {"LED-B1", kLedPhosphor},
      {"LED-B5", kLedPhosphor},
      {"LED-RGB1", kRgbLed},
      {"3-LED-1_457_540_605", kRgbLed},
      {"HP1", kDischarge},
      {"HP3", kDischarge},
      {"HP5", kDischarge},
      {"C100S54C_HPS", kDischarge},
      {"hps", kDischarge},
      {"hps-super", kDischarge},
      {"mercury", kDischarge},
      {"metal-halide", kDischarge},
      {"MHC100_U_MP_3K", kDischarge},
      {"Kinoton_75P", kDischarge},
  };
  return kLights;
}

const std::vector<ClassifiedLight>& RegressionLights() {
  using enum LightClass;
  static const std::vector<ClassifiedLight> kLights = [] {
    std::vector<ClassifiedLight> lights = StoredLights();
    const auto add = [&](LightClass light_class, std::initializer_list<const char*> names) {
      for (const char* name : names) lights.push_back({name, light_class});
    };
    add(kThermal, {"B", "C", "D60", "ID50", "ID65", "60_A_W_Soft_White", "tungsten-neodymium"});
    add(kHalophosphate,
        {"FL5", "FL6", "FL8", "FL3.1", "FL3.2", "FL3.3", "FL3.4", "FL3.5", "FL3.6",
         "fluorescent-cool-white", "fluorescent-daylight", "F34T12WW_RS_EW_Warm_White_FL",
         "F34T12_LW_RS_EW", "F34_CW_RS_EW_Cool_White_FL", "F40_C50_Broadband_FL",
         "F40_C75_Broadband_FL", "F40_DXTP_Delux_FL", "F40_DX_Broadband_FL", "F40_N_Natural_FL"});
    add(kTriphosphor, {"FL3.7", "FL3.8", "FL3.9", "FL3.10", "FL3.11", "FL3.12", "FL3.13", "FL3.14",
                       "FL3.15", "F32T8_TL835_Triphosphor", "TL865", "T8_Luxline_Plus_White",
                       "T8_Polylux_3000", "T8_Polylux_4000", "Thorn_Kolor-rite", "Triphosphor_FL"});
    add(kLedPhosphor, {"led-white"});
    add(kRgbLed, {"3-LED-2_473_545_616", "3-LED-2_Yellow", "4-LED-2_447_512_573_627",
                  "4-LED_No_Yellow", "4-LED_Yellow"});
    return lights;
  }();
  return kLights;
}

}  // namespace petzval::calibrate
