#pragma once
// A path that the engine can write to, whatever stdout is: the write end of a pipe whose bytes are copied to stdout.
// (/dev/stdout would be opened anew: a file that stdout is appended to would be written over from its beginning.)
#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "base/result.h"

namespace ingot::api {

class StdoutPipe {
public:
    static Result<std::unique_ptr<StdoutPipe>> open();
    ~StdoutPipe();
    StdoutPipe(const StdoutPipe&) = delete;
    StdoutPipe& operator=(const StdoutPipe&) = delete;

    std::string path() const { return "/dev/fd/" + std::to_string(write_end_); }
    // Waits until everything written has arrived. STG001 when stdout refused it.
    Status finish();
    // Whoever reads stdout has gone: what comes after needs no telling.
    bool reader_has_gone() const { return reader_has_gone_; }

private:
    StdoutPipe(int read_end, int write_end) : read_end_(read_end), write_end_(write_end) {}
    void copy();

    int read_end_;
    int write_end_;
    int error_ = 0;
    std::atomic<bool> reader_has_gone_ = false;
    std::jthread copying_;
};

}  // namespace ingot::api
