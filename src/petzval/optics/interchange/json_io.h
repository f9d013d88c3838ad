// Structs to and from JSON with one description of their fields: strict when reading, short when
// writing (a field that has its default value is left out).
#ifndef PETZVAL_OPTICS_INTERCHANGE_JSON_IO_H_
#define PETZVAL_OPTICS_INTERCHANGE_JSON_IO_H_

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "petzval/base/result.h"

namespace petzval::optics {

// Written in the order of the fields. Read into sorted objects: in ordered ones each key is
// searched from the first, and a file may have a million.
using OrderedJson = nlohmann::ordered_json;
using Json = nlohmann::json;

inline constexpr size_t kMaxJsonItems = 100000;

// The description of a struct T is a function template
//   template <class Io> void VisitFields(Io& io, T& value);
// that calls io.Value, io.Counted, io.Choice and so on for each field.

// Writes the fields of one object.
class JsonWriter {
 public:
  OrderedJson object = OrderedJson::object();

  template <class T>
  void Value(const char* name, T& value, const T& otherwise = T()) {
    if (!(value == otherwise)) object[name] = value;
  }
  // A required one: always written.
  template <class T>
  void Needed(const char* name, T& value) {
    object[name] = value;
  }
  // An index from 0 in the program, from 1 in the file.
  void Counted(const char* name, int& value, int otherwise) {
    if (value != otherwise) object[name] = value + 1;
  }
  // The first of `names` is left out.
  template <class E>
  void Choice(const char* name, E& value, const std::vector<std::string>& names) {
    if (static_cast<size_t>(value) != 0) object[name] = names[static_cast<size_t>(value)];
  }
  // Keys are integers; `offset` is added to them in the file.
  void IntMap(const char* name, std::map<int, double>& map, int offset) {
    if (map.empty()) return;
    OrderedJson inner = OrderedJson::object();
    for (const auto& [key, value] : map) inner[std::to_string(key + offset)] = value;
    object[name] = inner;
  }
  template <class T>
  void Object(const char* name, T& value) {
    JsonWriter inner;
    VisitFields(inner, value);
    if (!inner.object.empty()) object[name] = inner.object;
  }
  template <class T>
  void Optional(const char* name, std::optional<T>& value) {
    if (!value) return;
    JsonWriter inner;
    VisitFields(inner, *value);
    object[name] = inner.object;
  }
  template <class T>
  void List(const char* name, std::vector<T>& list) {
    if (list.empty()) return;
    OrderedJson items = OrderedJson::array();
    for (T& item : list) {
      JsonWriter inner;
      VisitFields(inner, item);
      items.push_back(inner.object);
    }
    object[name] = items;
  }
};

// Reads the fields of one object; the first problem is kept, with the path to it.
class JsonReader {
 public:
  JsonReader(const Json& json, std::string path, std::string* error)
      : json_(json), path_(std::move(path)), error_(error) {
    if (!json.is_object()) Complain("", "is not an object");
  }
  // A key that is read elsewhere.
  void Known(const char* name) { seen_.insert(name); }
  // To be called when all fields were asked for.
  void RefuseOthers() {
    if (!json_.is_object()) return;
    for (const auto& [key, value] : json_.items()) {
      if (!seen_.count(key)) Complain(key.substr(0, 40), "is not a known key");
    }
  }

  template <class T>
  void Value(const char* name, T& value, const T& otherwise = T()) {
    value = otherwise;
    if (const Json* found = Find(name)) Read(name, *found, &value);
  }
  template <class T>
  void Needed(const char* name, T& value) {
    if (const Json* found = Find(name)) {
      Read(name, *found, &value);
    } else {
      Complain(name, "is missing");
    }
  }
  void Counted(const char* name, int& value, int otherwise) {
    value = otherwise;
    if (const Json* found = Find(name)) {
      Read(name, *found, &value);
      --value;
    }
  }
  template <class E>
  void Choice(const char* name, E& value, const std::vector<std::string>& names) {
    value = E{};
    const Json* found = Find(name);
    if (!found) return;
    for (size_t i = 0; i < names.size(); ++i) {
      if (found->is_string() && found->get_ref<const std::string&>() == names[i]) {
        value = static_cast<E>(i);
        return;
      }
    }
    std::string list;
    for (const std::string& known : names) list += list.empty() ? known : ", " + known;
    Complain(name, "is not one of " + list);
  }
  void IntMap(const char* name, std::map<int, double>& map, int offset) {
    map.clear();
    const Json* found = Find(name);
    if (!found) return;
    if (!found->is_object() || found->size() > 1000) return Complain(name, "is not an object");
    for (const auto& [key, value] : found->items()) {
      const bool digits = !key.empty() && key.size() <= 4 &&
                          key.find_first_not_of("0123456789") == std::string::npos;
      if (!digits) return Complain(name, "has a key that is not a number");
      Read(name, value, &map[std::stoi(key) - offset]);
    }
  }
  template <class T>
  void Object(const char* name, T& value) {
    value = T();
    if (const Json* found = Find(name)) Inner(*found, path_ + name, &value);
  }
  template <class T>
  void Optional(const char* name, std::optional<T>& value) {
    value.reset();
    if (const Json* found = Find(name)) Inner(*found, path_ + name, &value.emplace());
  }
  template <class T>
  void List(const char* name, std::vector<T>& list) {
    list.clear();
    const Json* found = Find(name);
    if (!found) return;
    if (!found->is_array() || found->size() > kMaxJsonItems) return Complain(name, "is not a list");
    for (const Json& item : *found) {
      const std::string path = path_ + name + "[" + std::to_string(list.size() + 1) + "]";
      Inner(item, path, &list.emplace_back());
      if (!error_->empty()) return;
    }
  }

 private:
  const Json* Find(const char* name) {
    if (!json_.is_object()) return nullptr;
    seen_.insert(name);
    const auto at = json_.find(name);
    return at == json_.end() ? nullptr : &*at;
  }
  template <class T>
  void Inner(const Json& json, const std::string& path, T* value) {
    JsonReader inner(json, path + ".", error_);
    VisitFields(inner, *value);
    inner.RefuseOthers();
  }
  void Complain(const std::string& name, const std::string& what) {
    if (!error_->empty()) return;
    std::string at = path_ + name;
    if (!at.empty() && at.back() == '.') at.pop_back();
    for (char& c : at) {
      if (c < ' ' || c > '~') c = '?';
    }
    *error_ = (at.empty() ? "the document" : at) + " " + what;
  }
  void Read(const char* name, const Json& json, double* value) {
    if (!json.is_number()) return Complain(name, "is not a number");
    *value = json.get<double>();
    if (!std::isfinite(*value)) Complain(name, "is not a finite number");
  }
  void Read(const char* name, const Json& json, int* value) {
    if (!json.is_number_integer()) return Complain(name, "is not an integer");
    const double wide = json.get<double>();
    if (!(std::abs(wide) < 1e6)) return Complain(name, "is out of range");
    *value = static_cast<int>(wide);
  }
  void Read(const char* name, const Json& json, bool* value) {
    if (!json.is_boolean()) return Complain(name, "is not true or false");
    *value = json.get<bool>();
  }
  void Read(const char* name, const Json& json, std::string* value) {
    if (!json.is_string()) return Complain(name, "is not a text");
    *value = json.get<std::string>();
  }
  void Read(const char* name, const Json& json, std::vector<double>* values) {
    if (!json.is_array() || json.size() > kMaxJsonItems) {
      return Complain(name, "is not a list of numbers");
    }
    values->clear();
    for (const Json& item : json) Read(name, item, &values->emplace_back());
  }

  const Json& json_;
  std::string path_;
  std::string* error_;
  std::set<std::string> seen_;
};

// A document, or one sentence with the line where it stops being JSON.
Result<Json> ParseJson(std::string_view text, const std::string& name);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_INTERCHANGE_JSON_IO_H_
