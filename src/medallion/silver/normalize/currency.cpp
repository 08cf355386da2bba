#include "medallion/silver/normalize/normalizer.h"

#include <array>

namespace ingot::silver {

namespace {

using Word = std::pair<std::string_view, std::string_view>;
// Signs that several currencies share ($ of many dollars, kr, ¥ of yuan) mean the one that is traded most.
constexpr std::array words{Word{"€", "EUR"}, Word{"euro", "EUR"}, Word{"euros", "EUR"},
    Word{"$", "USD"}, Word{"us$", "USD"}, Word{"dollar", "USD"}, Word{"dollars", "USD"},
    Word{"us dollar", "USD"}, Word{"£", "GBP"}, Word{"pound", "GBP"}, Word{"pounds", "GBP"},
    Word{"sterling", "GBP"}, Word{"¥", "JPY"}, Word{"yen", "JPY"}, Word{"₹", "INR"},
    Word{"rupee", "INR"}, Word{"₽", "RUB"}, Word{"₩", "KRW"}, Word{"₺", "TRY"}, Word{"₪", "ILS"},
    Word{"₴", "UAH"}, Word{"zł", "PLN"}, Word{"zl", "PLN"}, Word{"zloty", "PLN"},
    Word{"fr.", "CHF"}, Word{"sfr", "CHF"}, Word{"franken", "CHF"}, Word{"swiss franc", "CHF"},
    Word{"yuan", "CNY"}, Word{"rmb", "CNY"}, Word{"r$", "BRL"}, Word{"real", "BRL"},
    Word{"c$", "CAD"}, Word{"a$", "AUD"}, Word{"kc", "CZK"}};

const std::vector<std::string> codes{"AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG",
    "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF", "BMD", "BND", "BOB", "BRL", "BSD", "BTN",
    "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC", "CUP", "CVE", "CZK",
    "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS",
    "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD",
    "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD",
    "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT",
    "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR",
    "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB",
    "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN",
    "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH",
    "UGX", "USD", "UYU", "UZS", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XOF", "XPF", "YER",
    "ZAR", "ZMW", "ZWL"};

Result<Normalized> clean(const NormalizeStep&, const Fragment& text) {
    const auto code = Fragment::of("upper(") + trimmed(text) + Fragment::of(")");
    return Normalized{Fragment::of("coalesce(") + looked_up(text, words) +
                      Fragment::of(", CASE WHEN list_contains(") + sql::duckdb().list(codes) +
                      Fragment::of(", ") + code + Fragment::of(") THEN ") + code +
                      Fragment::of(" END)")};
}

}  // namespace

extern const Normalizer currency_normalizer;
const Normalizer currency_normalizer{
    "currency", "The ISO 4217 code of a currency, from a code, a sign or a name.", clean, true};

}  // namespace ingot::silver
