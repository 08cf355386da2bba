#include "platform/http/curl.h"

#include <dlfcn.h>

namespace ingot::http {

namespace {

Result<Curl> load() {
    void* library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char* why = dlerror();
        return fail("EXT001", std::string("libcurl cannot be loaded (") + (why ? why : "") +
                                  "); install the package libcurl4");
    }
    Curl curl{};
    std::string missing;
    const auto find = [&](auto& function, const char* name) {
        function =
            reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
        if (!function) missing = name;
    };
    find(curl.global_init, "curl_global_init");
    find(curl.easy_init, "curl_easy_init");
    find(curl.easy_setopt, "curl_easy_setopt");
    find(curl.easy_getinfo, "curl_easy_getinfo");
    find(curl.easy_reset, "curl_easy_reset");
    find(curl.easy_strerror, "curl_easy_strerror");
    find(curl.easy_cleanup, "curl_easy_cleanup");
    find(curl.multi_init, "curl_multi_init");
    find(curl.multi_setopt, "curl_multi_setopt");
    find(curl.multi_add_handle, "curl_multi_add_handle");
    find(curl.multi_remove_handle, "curl_multi_remove_handle");
    find(curl.multi_perform, "curl_multi_perform");
    find(curl.multi_poll, "curl_multi_poll");
    find(curl.multi_info_read, "curl_multi_info_read");
    find(curl.multi_cleanup, "curl_multi_cleanup");
    find(curl.slist_append, "curl_slist_append");
    find(curl.slist_free_all, "curl_slist_free_all");
    find(curl.getdate, "curl_getdate");
    if (!missing.empty())
        return fail("EXT001", "libcurl has no " + missing + "; it needs version 7.85 or later");
    curl.global_init(CURL_GLOBAL_DEFAULT);
    return curl;
}

}  // namespace

Result<const Curl*> curl() {
    static const auto loaded = load();
    if (!loaded) return std::unexpected(loaded.error());
    return &*loaded;
}

}  // namespace ingot::http
