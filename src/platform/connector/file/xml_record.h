#pragma once
// One record of XML as a JSON object, so that nested and repeated elements have a form.
#include <string>
#include <utility>
#include <vector>

namespace ingot::file {

struct XmlElement {
    std::string name;
    std::string text;
    std::vector<std::pair<std::string, std::string>> attributes;
    std::vector<XmlElement> children;
};

// {"_attribute": …, "child": …, "_value": text}. A child that is text alone is a string, an empty one is null, one that
// is repeated a list.
void append_json_record(std::string& out, const XmlElement& record);

}  // namespace ingot::file
