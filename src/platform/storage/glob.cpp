#include "platform/storage/glob.h"

#include <fnmatch.h>

namespace ingot::storage {

bool has_wildcard(std::string_view path) {
    return path.find_first_of("*?[") != std::string_view::npos;
}

bool matches(std::string_view path, std::string_view pattern) {
    const auto head = pattern.substr(0, pattern.find('/'));
    const bool last = head.size() == pattern.size();
    const auto rest = last ? std::string_view{} : pattern.substr(head.size() + 1);
    const auto name = path.substr(0, path.find('/'));
    const bool has_more = name.size() < path.size();
    if (head == "**" && !last)
        return matches(path, rest) || (has_more && matches(path.substr(name.size() + 1), pattern));
    if (::fnmatch(std::string(head).c_str(), std::string(name).c_str(), FNM_PERIOD) != 0)
        return false;
    return last ? !has_more : has_more && matches(path.substr(name.size() + 1), rest);
}

Result<std::vector<FileInfo>> glob(FileSystem& files, const std::string& pattern) {
    std::vector<FileInfo> found;
    if (!has_wildcard(pattern)) {
        if (auto file = TRY(files.look(pattern))) found.push_back(*std::move(file));
        return found;
    }
    const auto slash = pattern.rfind('/', pattern.find_first_of("*?["));
    const auto folder = slash == std::string::npos ? std::string{} : pattern.substr(0, slash);
    for (auto& file : TRY(files.list(folder)))
        if (matches(file.path, pattern)) found.push_back(std::move(file));
    return found;
}

}  // namespace ingot::storage
