// argv to the command line surface; the one place that prints an escaped error.
#include <exception>
#include <iostream>

#include "surface/cli/command.h"

int main(int argc, char** argv) {
    try {
        return ingot::cli::dispatch(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "BUG001 an error escaped: " << error.what() << "\nPlease report this.\n";
        return 5;
    }
}
