// argv to the command line surface; the one place that prints an escaped error, and the one where the process ends.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>

#include "surface/cli/command.h"

namespace {

int run(int argc, char** argv) {
    try {
        return ingot::cli::dispatch(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "BUG001 an error escaped: " << error.what() << "\nPlease report this.\n";
        return 5;
    }
}

}  // namespace

int main(int argc, char** argv) {
    const int status = run(argc, argv);
#ifdef __SANITIZE_ADDRESS__
    return status;
#else
    // The command has let go of all that it held but the engine's memory, which the system takes back faster.
    std::cout.flush();
    std::cerr.flush();
    std::fflush(nullptr);
    std::_Exit(status);
#endif
}
