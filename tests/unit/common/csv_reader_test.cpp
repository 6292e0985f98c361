// SPDX-License-Identifier: Apache-2.0
#include <functional>

#include <gmock/gmock.h>

#include "memcosim/common/csv.hpp"
#include "memcosim/common/error.hpp"

namespace memcosim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string refusal(const std::function<void()>& work) {
  try {
    work();
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(CsvReader, ReadsFieldsAsRfc4180Says) {
  CsvReader rows("\xef\xbb\xbf# made by an instrument\r\nname, value ,note\r\n\r\n a ,1,\"x, \"\"y\"\"\" \r\n\"\",2,\n", "f.csv");
  EXPECT_THAT(rows.header(), ElementsAre("name", "value", "note"));
  ASSERT_TRUE(rows.next());
  EXPECT_THAT(rows.fields(), ElementsAre("a", "1", "x, \"y\""));
  EXPECT_EQ(rows.line(), 4u);
  ASSERT_TRUE(rows.next());
  EXPECT_THAT(rows.fields(), ElementsAre("", "2", ""));
  EXPECT_EQ(rows.line(), 5u);
  EXPECT_FALSE(rows.next());
}

TEST(CsvReader, ReadsNumbersWithAndWithoutUnits) {
  CsvReader rows("a,b,c\n-1.5e-3,+7,200 ns\n", "f.csv");
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.number(0), -1.5e-3);
  EXPECT_EQ(rows.whole_number(1), 7);
  EXPECT_EQ(rows.quantity(2, Dimension::time), 200e-9);
  EXPECT_EQ(rows.quantity(0, Dimension::voltage), -1.5e-3);
  EXPECT_THAT(refusal([&] { rows.whole_number(0); }), HasSubstr("f.csv:2: a is '-1.5e-3', expected a whole number"));
  EXPECT_THAT(refusal([&] { rows.number(2); }), HasSubstr("f.csv:2: c is '200 ns', expected a finite number"));
  EXPECT_THAT(refusal([&] { rows.quantity(2, Dimension::voltage); }), HasSubstr("f.csv:2: c: "));
}

TEST(CsvReader, FindsItsColumns) {
  const CsvReader rows("b,a,b\n", "f.csv");
  EXPECT_EQ(rows.column("a", "a and c"), 1u);
  EXPECT_THAT(refusal([&] { rows.column("c", "a and c"); }), HasSubstr("f.csv:1: the header 'b,a,b' has no column c: expected a and c"));
  EXPECT_THAT(refusal([&] { rows.column("b", "a and b"); }), HasSubstr("more than one column b"));
}

TEST(CsvReader, NamesTheLineOfWhatIsWrong) {
  EXPECT_THAT(refusal([] { CsvReader("", "f.csv"); }), HasSubstr("f.csv: empty"));
  EXPECT_THAT(refusal([] { CsvReader("\n# nothing\n", "f.csv"); }), HasSubstr("f.csv: empty"));
  const auto second = [](const char* row) {
    return refusal([&] {
      CsvReader rows(std::string("a,b\n") + row, "f.csv");
      while (rows.next()) {
      }
    });
  };
  EXPECT_EQ(second("1,2"), "");
  EXPECT_THAT(second("1,2\n1\n"), HasSubstr("f.csv:3: 1 fields, the header has 2"));
  EXPECT_THAT(second("1,2,3"), HasSubstr("f.csv:2: 3 fields"));
  EXPECT_THAT(second("\"1,2"), HasSubstr("f.csv:2: a quoted field has no closing quote"));
  EXPECT_THAT(second("\"1\"x,2"), HasSubstr("text after a closing quote"));
  EXPECT_THAT(refusal([] { CsvReader::from_file("/nowhere/f.csv"); }), HasSubstr("/nowhere/f.csv"));
}

TEST(CsvReader, KeepsALastEmptyField) {
  CsvReader rows("a,b\n1,\n,\n", "f.csv");
  ASSERT_TRUE(rows.next());
  EXPECT_THAT(rows.fields(), ElementsAre("1", ""));
  ASSERT_TRUE(rows.next());
  EXPECT_THAT(rows.fields(), ElementsAre("", ""));
}

TEST(CsvReader, WithoutHeaderTheFirstRowCounts) {
  CsvReader rows = CsvReader::without_header("# a matrix\n1,2 V\n3,4,5\n", "f.csv");
  EXPECT_THAT(rows.header(), ElementsAre("column 0", "column 1"));
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.line(), 2u);
  EXPECT_EQ(rows.number(0), 1.0);
  EXPECT_EQ(rows.quantity(1, Dimension::voltage), 2.0);
  EXPECT_THAT(refusal([&] { rows.number(1); }), HasSubstr("f.csv:2: column 1 is '2 V', expected a finite number"));
  EXPECT_THAT(refusal([&] { rows.next(); }), HasSubstr("f.csv:3: 3 fields, the first row has 2"));
  EXPECT_THAT(refusal([] { CsvReader::without_header("\n", "f.csv"); }), HasSubstr("f.csv: empty, expected rows of numbers"));
}

TEST(CsvReader, SeparatorsFollowFromTheFirstLine) {
  const auto rows_of = [](const std::string& text) {
    CsvReader rows(text, "f.csv");
    std::vector<std::vector<std::string>> all = {rows.header()};
    while (rows.next())
      all.push_back(rows.fields());
    return all;
  };
  const std::vector<std::vector<std::string>> expected = {{"a", "b"}, {"1", "2"}, {"3", ""}};
  EXPECT_EQ(rows_of("a,b\n1,2\n3,\n"), expected);
  EXPECT_EQ(rows_of("a;b\n1; 2\n3;\n"), expected);
  EXPECT_EQ(rows_of("a\tb\n1 \t2\n3\t\n"), expected);
  EXPECT_EQ(rows_of("# a comment, with a comma\n a   b\n1  2 \n3\t4  \n").back(), (std::vector<std::string>{"3", "4"}));
  EXPECT_EQ(rows_of("a b\n1 2\n\"x y\" 4\n").back(), (std::vector<std::string>{"x y", "4"}));
  // A title of two words over one column.
  EXPECT_EQ(rows_of("G (uS)\n1\n"), (std::vector<std::vector<std::string>>{{"G (uS)"}, {"1"}}));
  EXPECT_THAT(refusal([&] { rows_of("a b\n1 2\n3\n"); }), HasSubstr("f.csv:3: 1 fields, the header has 2"));
  EXPECT_THAT(refusal([&] { rows_of("a\tb\n\"1\"x\t2\n"); }), HasSubstr("text after a closing quote"));
}

TEST(CsvReader, AHeaderIsALineThatIsNotOfNumbers) {
  EXPECT_TRUE(CsvReader::with_or_without_header("a,1\n2,3\n", "f.csv").has_header());
  CsvReader rows = CsvReader::with_or_without_header("# numbers\n1 2e-6\n3 4e-6\n", "f.csv");
  EXPECT_FALSE(rows.has_header());
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.line(), 2u);
  EXPECT_EQ(rows.number(1), 2e-6);
  EXPECT_THAT(refusal([] { CsvReader::with_or_without_header("", "f.csv"); }), HasSubstr("f.csv: empty"));
}

}  // namespace
}  // namespace memcosim
