// petzval: parses the command line and runs one verb. The only file that knows the parser library.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <new>

#include "petzval/base/file.h"
#include "petzval/base/parallel.h"
#include "verb.h"
#include "version.h"

namespace petzval::cli {
namespace {

constexpr int kExitFailed = 1, kExitUsage = 2;

void WriteText(const char* text) { (void)!write(STDERR_FILENO, text, std::strlen(text)); }

// An interrupted run leaves nothing half-written and says so once.
void OnInterrupt(int) {
  RemoveUnfinishedFiles();
  WriteText("\npetzval: interrupted; no unfinished file was left\n");
  _exit(kExitFailed);
}

// A pipeline that runs out of memory cannot return; the program ends as for any other failure.
void OnPipelineError(const char* message) {
  RemoveUnfinishedFiles();
  WriteText("petzval: a pipeline failed: ");
  WriteText(message);
  WriteText("\n");
  _exit(kExitFailed);
}

// Not over a caller's wish to ignore the signal (nohup, background jobs of scripts).
void HandleSignal(int signal) {
  struct sigaction current;
  if (sigaction(signal, nullptr, &current) == 0 && current.sa_handler == SIG_IGN) return;
  std::signal(signal, OnInterrupt);
}

std::string DefaultText(const Option& option) {
  return std::visit(
      [](auto* target) -> std::string {
        using T = std::remove_pointer_t<decltype(target)>;
        if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::vector<std::string>>) {
          return "";
        } else {
          return fmt::format("{}", *target);
        }
      },
      option.target);
}

void AddOption(CLI::App* app, const Option& option) {
  std::string help = option.help;
  if (option.min != option.max) help += fmt::format(" [{:g}..{:g}]", option.min, option.max);
  if (!option.choices.empty()) help += fmt::format(" [{}]", fmt::join(option.choices, "|"));
  const std::string default_text = DefaultText(option);
  if (!default_text.empty() && !option.required) help += fmt::format(" (default {})", default_text);

  CLI::Option* added = std::visit(
      [&](auto* target) {
        if constexpr (std::is_same_v<decltype(target), bool*>) {
          return app->add_flag(option.flags, *target, help);
        } else {
          return app->add_option(option.flags, *target, help);
        }
      },
      option.target);
  if (!std::holds_alternative<bool*>(option.target)) added->option_text(option.unit);
  if (option.min != option.max) {
    added->check([min = option.min, max = option.max](const std::string& text) -> std::string {
      double value = 0;
      // Written so that NaN fails too.
      if (CLI::detail::lexical_cast(text, value) && value >= min && value <= max) return "";
      return fmt::format("{} is not a number within {:g}..{:g}", text, min, max);
    });
  }
  if (!option.choices.empty()) added->check(CLI::IsMember(option.choices));
  if (option.required) added->required();
}

// `runnable` receives second words before the verb that they belong to.
void AddVerb(CLI::App* parent, const Verb& verb, CommonOptions* common,
             std::vector<std::pair<CLI::App*, const Verb*>>* runnable) {
  CLI::App* app = parent->add_subcommand(verb.name, verb.summary);
  if (!verb.verbs.empty()) {
    app->require_subcommand(verb.run ? 0 : 1, 1);
    for (const Verb& second : verb.verbs) AddVerb(app, second, common, runnable);
    if (!verb.run) return;
  }
  for (const Option& option : verb.options) AddOption(app, option);
  const std::vector<Option> shared = {
      {"--json", "write a machine-readable report; - is standard output", &common->json, "FILE"},
      {"--threads", "number of threads; 0: all of the machine", &common->threads, "N", 0, 256},
      {"-q,--quiet", "print nothing but errors", &common->quiet, ""},
      {"-v,--verbose", "print what was decided and how long each step took", &common->verbose, ""},
  };
  for (const Option& option : shared) AddOption(app, option);
  runnable->emplace_back(app, &verb);
}

int Fail(const std::string& message) {
  fmt::print(stderr, "petzval: {}\n", message);
  return kExitFailed;
}

int Main(int argc, char** argv) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) HandleSignal(signal);
  SetPipelineErrorHandler(OnPipelineError);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);

  CLI::App app("petzval: RAW frames of a phone in, a finished photograph out.", "petzval");
  app.set_version_flag("--version",
                       fmt::format("petzval {} ({})\nHalide targets: {}", PETZVAL_VERSION,
                                   PETZVAL_REVISION, PETZVAL_TARGETS));
  app.require_subcommand(1);
  CommonOptions common;
  const std::vector<Verb> verbs = {DevelopVerb(common), LookVerb(common),     InfoVerb(common),
                                   MeasureVerb(common), CompareVerb(common),  CalibrateVerb(common),
                                   MatchVerb(common),   SimulateVerb(common), DeviceVerb(common),
                                   LensVerb(common)};
  std::vector<std::pair<CLI::App*, const Verb*>> runnable;
  for (const Verb& verb : verbs) AddVerb(&app, verb, &common, &runnable);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  if (common.threads > 0) SetThreads(common.threads);
  for (const auto& [parsed, verb] : runnable) {
    if (!parsed->parsed()) continue;
    if (const std::string problem = verb->usage_error(); !problem.empty()) {
      fmt::print(stderr, "petzval {}: {}\n", verb->name, problem);
      return kExitUsage;
    }
    const Status status = verb->run();
    if (!status) return Fail(status.error().message);
    break;
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout)) {
    return Fail("cannot write to standard output");
  }
  return 0;
}

}  // namespace

Option OptionOf(const BoundParameter& p) {
  const Parameter& d = p.description;
  return {fmt::format("--{}", d.name), d.help, p.value, *d.unit ? d.unit : "X", d.min, d.max};
}

Status WriteReport(const std::string& target, const std::string& json) {
  if (target.empty()) return {};
  std::error_code ignored;
  const auto status = std::filesystem::status(target, ignored);
  const bool stream = std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
  if (target != "-" && !stream) {
    return WriteFile(target, {reinterpret_cast<const uint8_t*>(json.data()), json.size()});
  }
  std::FILE* out = target == "-" ? stdout : std::fopen(target.c_str(), "w");
  const bool written = out && std::fwrite(json.data(), 1, json.size(), out) == json.size();
  const bool flushed = out && (out == stdout ? std::fflush(out) : std::fclose(out)) == 0;
  if (!written || !flushed) {
    return petzval::Fail(ErrorCode::kIo, fmt::format("cannot write the report to {}",
                                                     target == "-" ? "standard output" : target));
  }
  return {};
}

}  // namespace petzval::cli

int main(int argc, char** argv) {
  try {
    return petzval::cli::Main(argc, argv);
  } catch (const std::bad_alloc&) {
    petzval::RemoveUnfinishedFiles();
    return petzval::cli::Fail("not enough memory");
  } catch (const std::exception& error) {
    petzval::RemoveUnfinishedFiles();
    return petzval::cli::Fail(fmt::format("internal error: {}", error.what()));
  }
}
