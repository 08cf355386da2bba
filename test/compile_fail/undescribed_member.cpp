// expect: describe() leaves out a member of this struct
#include <string>

#include "config/type_of.h"

struct Spec {
    std::string described;
    std::string forgotten;
};

constexpr auto describe(ingot::config::Of<Spec>) {
    return ingot::config::record("spec", "A struct of which one member has no row.",
        ingot::config::field("described", &Spec::described, "This one has."));
}

const auto& type = ingot::config::type_of<Spec>();
