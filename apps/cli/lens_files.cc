// petzval lens list, import, export: the library of lenses and the files of other programs.
#include <fmt/format.h>

#include "lens_verbs.h"
#include "petzval/base/file.h"
#include "petzval/camera/output_names.h"
#include "petzval/optics/interchange/interchange.h"
#include "petzval/optics/lens/lens_file.h"

namespace petzval::cli {
namespace {

using nlohmann::ordered_json;

Option OutputOption(LensArguments* a, const char* help) {
  return {"-o,--output", help, &a->output, "FILE", 0, 0, {}, true};
}

}  // namespace

Status WriteText(const std::string& path, const std::string& text) {
  return WriteFile(path, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

Verb LensListVerb(const CommonOptions& common) {
  Verb verb;
  verb.name = "list";
  verb.summary = "the lenses of the library";
  verb.run = [&common]() -> Status {
    ordered_json rows = ordered_json::array();
    for (const optics::EmbeddedLens& embedded : optics::EmbeddedLenses()) {
      PETZVAL_ASSIGN(const optics::LensModel model,
                     LoadModel({.lens = std::string(embedded.name)}));
      rows.push_back({{"name", embedded.name},
                      {"efl_mm", Number(model.primary().efl)},
                      {"f_number", Number(model.primary().f_number)},
                      {"surfaces", model.lens.surfaces.size()},
                      {"title", model.lens.title}});
    }
    return Deliver(ordered_json{{"lenses", rows}}, common);
  };
  return verb;
}

Verb LensImportVerb(const CommonOptions& common) {
  auto arguments = std::make_shared<LensArguments>();
  auto glasses = std::make_shared<std::vector<std::string>>();
  Verb verb;
  verb.name = "import";
  verb.summary = "a lens file from Zemax (.zmx), CODE V (.seq) or JSON, as TOML";
  verb.options = {{"FILE", "the other program's file", &arguments->lens, "FILE", 0, 0, {}, true},
                  OutputOption(arguments.get(), "lens file to write (.toml)"),
                  {"--glass", "what a glass name of the file is: NAME=maker/NAME or NAME=nd,vd",
                   glasses.get(), "NAME=.."},
                  OverwriteOption(arguments.get())};
  verb.run = [=, &common]() -> Status {
    PETZVAL_RETURN_IF_ERROR(CheckLensOutputs(*arguments, common));
    optics::ImportOptions options;
    for (const std::string& entry : *glasses) {
      const size_t equals = entry.find('=');
      if (equals == std::string::npos || equals == 0) {
        return Fail(ErrorCode::kInvalidInput,
                    fmt::format("--glass {}: not NAME=maker/NAME or NAME=nd,vd", entry));
      }
      options.glasses[entry.substr(0, equals)] = entry.substr(equals + 1);
    }
    PETZVAL_ASSIGN(const optics::ImportedLens imported,
                   optics::ImportLens(arguments->lens, options));
    PETZVAL_RETURN_IF_ERROR(WriteText(arguments->output, optics::LensToml(imported.lens)));
    if (!common.quiet) {
      for (const std::string& warning : imported.warnings) {
        fmt::print(stderr, "petzval: warning: {}: {}\n", arguments->lens, warning);
      }
    }
    return WriteReport(common.json, ordered_json{{"output", arguments->output},
                                                 {"surfaces", imported.lens.surfaces.size()},
                                                 {"warnings", imported.warnings}}
                                            .dump(2) +
                                        "\n");
  };
  return verb;
}

Verb LensExportVerb(const CommonOptions& common) {
  auto arguments = std::make_shared<LensArguments>();
  Verb verb;
  verb.name = "export";
  verb.summary = "a lens as .zmx, .seq, .json or .toml; the suffix chooses";
  verb.options = {
      {"LENS", "a lens of the library or a file", &arguments->lens, "LENS", 0, 0, {}, true},
      {"--configuration", "focus or zoom state", &arguments->configuration, "NAME"},
      OutputOption(arguments.get(), "file to write"),
      OverwriteOption(arguments.get())};
  verb.run = [=, &common]() -> Status {
    PETZVAL_RETURN_IF_ERROR(CheckLensOutputs(*arguments, common));
    PETZVAL_ASSIGN(const optics::Lens lens, LoadLens(*arguments));
    const std::string suffix = LowerSuffix(arguments->output);
    Result<std::string> text =
        Fail(ErrorCode::kInvalidInput,
             fmt::format("{}: a lens is written as .zmx, .seq, .json or .toml", arguments->output));
    if (suffix == ".zmx") text = optics::ExportZmx(lens);
    if (suffix == ".seq") text = optics::ExportSeq(lens);
    if (suffix == ".json") text = optics::ExportJson(lens);
    if (suffix == ".toml") text = optics::LensToml(lens);
    if (!text) return Fail(text.error());
    PETZVAL_RETURN_IF_ERROR(WriteText(arguments->output, *text));
    return WriteReport(common.json, ordered_json{{"output", arguments->output}}.dump(2) + "\n");
  };
  return verb;
}

}  // namespace petzval::cli
