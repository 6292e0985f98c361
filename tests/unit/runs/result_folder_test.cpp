// SPDX-License-Identifier: Apache-2.0
// A folder of results appears whole or not at all, replaces what the same command wrote, and touches nothing else.
#include "memcosim/runs/results/result_folder.hpp"

#include <atomic>
#include <csignal>
#include <memory>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/runs/results/earlier_results.hpp"
#include "memcosim/runs/results/interrupt_watch.hpp"

#include "temporary_folder.hpp"

namespace memcosim::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Names = std::set<std::string>;

Names names_in(const std::filesystem::path& folder) {
  Names names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    names.insert(entry.path().filename().string());
  return names;
}

class ResultFolderTest : public ::testing::Test {
 protected:
  /// One command from begin to end.
  void make(const std::string& writer, const Names& files, bool force = false) {
    ResultFolder folder(out_, writer, force);
    for (const std::string& name : files)
      folder.write(name, writer);
    folder.put_in_place("memcosim " + writer, {{"more", 1}});
  }
  std::string refusal(const std::string& writer, bool force = false) {
    try {
      const ResultFolder folder(out_, writer, force);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  }
  std::string text(const std::string& name) const { return read_file(out_ / name); }

  TemporaryFolder around_;
  const std::filesystem::path out_ = around_.path() / "out";
};

TEST_F(ResultFolderTest, SaysWhoWroteWhat) {
  make("run", {"summary.json", "waves.vcd"});
  EXPECT_THAT(names_in(around_.path()), UnorderedElementsAre("out"));
  const nlohmann::json info = nlohmann::json::parse(text("run_info.json"));
  EXPECT_EQ(info.at("writer"), "run");
  EXPECT_EQ(info.at("command"), "memcosim run");
  EXPECT_EQ(info.at("more"), 1);
  const EarlierResults results = earlier_results(out_);
  EXPECT_EQ(results.writer, "run");
  EXPECT_THAT(results.files, UnorderedElementsAre("run_info.json", "summary.json", "waves.vcd"));
  EXPECT_EQ(foreign_entry(out_, results), "");
}

TEST_F(ResultFolderTest, TheSameCommandReplacesAllOfItsFiles) {
  make("run", {"summary.json", "waves.vcd", "a_name_of_tomorrow.npy"});
  make("run", {"summary.json", "timeline.json"});
  EXPECT_THAT(names_in(out_), UnorderedElementsAre("run_info.json", "summary.json", "timeline.json"));
}

TEST_F(ResultFolderTest, ResultsOfAnotherCommandNeedForce) {
  make("run", {"summary.json", "predictions.csv"});
  EXPECT_THAT(refusal("device simulate"), ::testing::AllOf(HasSubstr("`memcosim run`"), HasSubstr("--force")));
  EXPECT_EQ(text("summary.json"), "run");
  make("device simulate", {"summary.json"}, true);
  EXPECT_THAT(names_in(out_), UnorderedElementsAre("run_info.json", "summary.json"));
}

TEST_F(ResultFolderTest, OtherFilesAreNeverReplaced) {
  make("run", {"summary.json"});
  put(out_ / "thesis.tex", "years of work");
  for (const bool force : {false, true})
    EXPECT_THAT(refusal("run", force), HasSubstr("thesis.tex"));
  std::filesystem::remove(out_ / "thesis.tex");
  std::filesystem::create_directory(out_ / "summary.d");
  EXPECT_THAT(refusal("run", true), HasSubstr("summary.d"));
  std::filesystem::remove(out_ / "summary.d");
  std::filesystem::remove(out_ / "summary.json");
  std::filesystem::create_directory_symlink(around_.path(), out_ / "summary.json");
  EXPECT_THAT(refusal("run", true), HasSubstr("summary.json")) << "a link is no result, whatever its name";
}

TEST_F(ResultFolderTest, AFolderThatSaysNothingIsNotReplaced) {
  std::filesystem::create_directory(out_);
  put(out_ / "summary.json", "of somebody else");
  EXPECT_THAT(refusal("run", true), HasSubstr("summary.json"));
  put(out_ / "run_info.json", "{ damaged");
  EXPECT_THAT(refusal("run", true), HasSubstr("run_info.json"));
  put(out_ / "run_info.json", R"({"writer": "run", "files": ["summary.json", 7, "../out"]})");
  EXPECT_THAT(refusal("run", true), HasSubstr("run_info.json")) << "it does not name itself";
}

TEST_F(ResultFolderTest, RecognisesFoldersOfEarlierVersions) {
  std::filesystem::create_directory(out_);
  for (const char* name : {"effective_config.yaml", "predictions.csv", "arrays.csv", "stages.csv", "timeline.json", "report.html",
                           "summary.json", "waves_macro_0.fst"})
    put(out_ / name, "old");
  put(out_ / "run_info.json", R"({"command": "memcosim run a.yaml --out out"})");
  EXPECT_EQ(earlier_results(out_).writer, "run");
  put(out_ / "trace.csv", "of a device, written into the folder of a run");
  EXPECT_EQ(earlier_results(out_).writer, "");
  EXPECT_THAT(refusal("run"), ::testing::AllOf(HasSubstr("several commands"), HasSubstr("--force")));
  make("run", {"summary.json"}, true);
  EXPECT_THAT(names_in(out_), UnorderedElementsAre("run_info.json", "summary.json"));

  std::filesystem::remove_all(out_);
  std::filesystem::create_directory(out_);
  for (const char* name : {"trace.csv", "population.csv", "device.yaml", "summary.json", "plot.svg", "report.html"})
    put(out_ / name, "old");
  EXPECT_EQ(earlier_results(out_).writer, "device simulate");
}

TEST_F(ResultFolderTest, LeavesNothingWhenItEndsEarly) {
  const std::filesystem::path deep = around_.path() / "a/b/out";
  {
    ResultFolder folder(deep, "run", false);
    folder.write("summary.json", "half");
    put(folder.file("waves.vcd"), "written by a library");
  }
  EXPECT_THAT(names_in(around_.path()), IsEmpty()) << "the parents go too";
  make("run", {"summary.json"});
  {
    ResultFolder folder(out_, "run", false);
    folder.write("summary.json", "half");
  }
  EXPECT_EQ(text("summary.json"), "run");
  put(around_.file("file"), "");
  EXPECT_THROW(ResultFolder(around_.path() / "file/out", "run", false), InputError);
  EXPECT_THROW(ResultFolder(around_.path() / "file", "run", false), InputError);
  EXPECT_THAT(names_in(around_.path()), UnorderedElementsAre("out", "file"));
}

TEST_F(ResultFolderTest, TheSecondOfTwoIsTold) {
  auto first = std::make_unique<ResultFolder>(out_, "run", false);
  EXPECT_THAT(refusal("run", true), HasSubstr("another memcosim"));
  const ResultFolder elsewhere(around_.path() / "out2", "run", false);
  first->write("summary.json", "first");
  first->put_in_place("memcosim run", nlohmann::ordered_json::object());
  EXPECT_THAT(refusal("run"), HasSubstr("another memcosim"));
  first.reset();
  EXPECT_EQ(refusal("run"), "");
}

TEST_F(ResultFolderTest, ADeadProcessHoldsNothing) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ResultFolder folder(out_, "run", false);
    folder.write("summary.json", "half");
    ::raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_GT(names_in(around_.path()).size(), 1u) << "a lock and a folder";
  make("run", {"summary.json"});
  EXPECT_THAT(names_in(around_.path()), UnorderedElementsAre("out"));
}

TEST_F(ResultFolderTest, AnEndBetweenTheTwoRenamesIsMended) {
  make("run", {"summary.json"});
  std::filesystem::rename(out_, around_.path() / ".out.123.memcosim-old");
  EXPECT_THAT(refusal("device simulate"), HasSubstr("`memcosim run`")) << "the earlier folder is back";
  EXPECT_EQ(text("summary.json"), "run");
  EXPECT_THAT(names_in(around_.path()), UnorderedElementsAre("out"));

  std::filesystem::copy(out_, around_.path() / ".out.123.memcosim-old");
  put(around_.path() / ".out.123.memcosim-old/notes.txt", "written while the run ran");
  std::filesystem::create_directory(around_.path() / ".out.draft.memcosim-new");
  std::filesystem::create_directory(around_.path() / ".out..memcosim-new");
  std::filesystem::create_directory(around_.path() / ".out.2024.new");
  EXPECT_THAT(refusal("run"), HasSubstr("notes.txt")) << "the notes are back";
  EXPECT_THAT(names_in(around_.path()), UnorderedElementsAre("out", ".out.draft.memcosim-new", ".out..memcosim-new", ".out.2024.new"))
      << "a name that was not made here";
  EXPECT_EQ(text("notes.txt"), "written while the run ran");
}

TEST_F(ResultFolderTest, FilesWrittenMeanwhileAreKept) {
  make("run", {"summary.json"});
  ResultFolder folder(out_, "run", false);
  put(out_ / "notes.txt", "of the user");
  folder.write("report.html", "new");
  folder.put_in_place("memcosim run", nlohmann::ordered_json::object());
  EXPECT_THAT(names_in(out_), UnorderedElementsAre("run_info.json", "report.html", "notes.txt"));
}

TEST_F(ResultFolderTest, KeepsOtherFilesOfTheCommandOutside) {
  const ResultFolder folder(out_, "run", false);
  EXPECT_THROW(folder.keep_out(out_ / "state", "--save-state"), InputError);
  EXPECT_THROW(folder.keep_out(out_ / "deeper/../../out/state", "--save-state"), InputError);
  EXPECT_NO_THROW(folder.keep_out(around_.path() / "state", "--save-state"));
  EXPECT_NO_THROW(folder.keep_out("", "--save-state"));
}

TEST_F(ResultFolderTest, ALinkStaysOne) {
  std::filesystem::create_directory(around_.path() / "disk");
  std::filesystem::create_directory_symlink(around_.path() / "disk/real", out_);
  make("run", {"summary.json"});
  make("run", {"summary.json"});
  EXPECT_TRUE(std::filesystem::is_symlink(out_));
  EXPECT_EQ(read_file(around_.path() / "disk/real/summary.json"), "run");
  EXPECT_THAT(names_in(around_.path() / "disk"), UnorderedElementsAre("real"));
}

/// A process with a folder of results and a watch, which sends itself signals; returns its exit code.
template <typename Child>
int exit_code_of(Child run) {
  const pid_t child = ::fork();
  if (child == 0) {
    run();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(ResultFolderTest, AnInterruptEndsWorkWithoutResultsAtOnce) {
  const int code = exit_code_of([&] {
    ResultFolder folder(out_, "run", false);
    folder.write("summary.json", "half");
    const InterruptWatch watch({}, [&] { return folder.leave(); });
    ::kill(::getpid(), SIGINT);
    for (;;)
      ::pause();
  });
  EXPECT_EQ(code, 130);
  EXPECT_THAT(names_in(around_.path()), IsEmpty());
}

TEST_F(ResultFolderTest, AnInterruptThatAThreadOfALibraryTakesIsAnsweredToo) {
  const int code = exit_code_of([&] {
    std::thread library([] {  // made before the watch, like those of OpenBLAS: it blocks no signal
      for (;;)
        ::pause();
    });
    library.detach();
    ResultFolder folder(out_, "run", false);
    folder.write("summary.json", "half");
    const InterruptWatch watch({}, [&] { return folder.leave(); });
    ::kill(::getpid(), SIGINT);
    for (;;)
      ::pause();
  });
  EXPECT_EQ(code, 130);
  EXPECT_THAT(names_in(around_.path()), IsEmpty());
}

TEST_F(ResultFolderTest, ASecondInterruptEndsAtOnceWhatTheFirstLeftAtWork) {
  const int code = exit_code_of([&] {
    ResultFolder folder(out_, "run", false);
    std::atomic<int> answered{0};
    const InterruptWatch watch(
        [&] {
          ++answered;
          return std::string("writes what it has");
        },
        [&] { return folder.leave(); });
    ::kill(::getpid(), SIGINT);
    while (answered == 0)
      ::usleep(1000);
    folder.write("summary.json", "first");  // work goes on
    ::kill(::getpid(), SIGTERM);
    for (;;)
      folder.write("summary.json", "again");
  });
  EXPECT_EQ(code, 143);
  EXPECT_THAT(names_in(around_.path()), IsEmpty());
}

TEST_F(ResultFolderTest, WorkThatEndsAfterAnInterruptKeepsItsResults) {
  const int code = exit_code_of([&] {
    ResultFolder folder(out_, "run", false);
    std::atomic<bool> answered{false};
    const InterruptWatch watch(
        [&] {
          answered = true;
          return std::string("writes what it has");
        },
        [&] { return folder.leave(); });
    ::kill(::getpid(), SIGINT);
    while (!answered)
      ::usleep(1000);
    folder.write("summary.json", "whole");
    folder.put_in_place("memcosim run", nlohmann::ordered_json::object());
  });
  EXPECT_EQ(code, 0);
  EXPECT_EQ(text("summary.json"), "whole");
}

}  // namespace
}  // namespace memcosim::test
