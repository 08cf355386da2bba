#include "platform/connector/database/pgoutput.h"

namespace ingot::connector::pgoutput {

namespace {

// Reads on until the bytes end; from then on everything is empty and `is_whole` false.
class Reader {
public:
    explicit Reader(std::string_view rest) : rest_(rest) {}

    std::string_view take(std::size_t count) {
        if (count > rest_.size()) {
            is_whole_ = false;
            rest_ = {};
            return {};
        }
        const auto head = rest_.substr(0, count);
        rest_ = rest_.substr(count);
        return head;
    }
    std::uint8_t byte() { return static_cast<std::uint8_t>(number(take(1))); }
    std::uint16_t two() { return static_cast<std::uint16_t>(number(take(2))); }
    std::uint32_t four() { return static_cast<std::uint32_t>(number(take(4))); }
    std::uint64_t eight() { return number(take(8)); }
    std::string name() {
        const auto end = rest_.find('\0');
        std::string text(take(end == std::string_view::npos ? rest_.size() + 1 : end));
        take(1);
        return text;
    }
    Tuple tuple() {
        Tuple cells(two());
        for (auto& cell : cells) {
            const auto kind = byte();
            if (kind == 'u') cell.kind = Cell::Kind::unchanged;
            if (kind == 't') cell = {Cell::Kind::text, std::string(take(four()))};
        }
        return cells;
    }
    bool is_whole() const { return is_whole_; }

private:
    std::string_view rest_;
    bool is_whole_ = true;
};

Relation relation(Reader& in) {
    Relation out{.id = in.four(), .identity = 'd', .columns = {}};
    in.name();
    in.name();
    out.identity = static_cast<char>(in.byte());
    const auto count = in.two();
    for (std::uint16_t i = 0; i < count && in.is_whole(); ++i) {
        const bool is_key = (in.byte() & 1U) != 0;
        auto name = in.name();
        const auto type = in.four();
        out.columns.push_back(
            {is_key, std::move(name), type, static_cast<std::int32_t>(in.four())});
    }
    return out;
}

Update update(Reader& in) {
    Update out{.relation = in.four(), .before = {}, .row = {}};
    auto part = in.byte();
    if (part == 'K' || part == 'O') {
        out.before = in.tuple();
        in.byte();
    }
    out.row = in.tuple();
    return out;
}

Message message(char kind, Reader& in) {
    switch (kind) {
        case 'B': {
            const auto commit = in.eight();
            return Begin{commit, static_cast<std::int64_t>(in.eight())};
        }
        case 'C': in.take(9); return Commit{in.eight()};
        case 'R': return relation(in);
        case 'I': {
            const auto id = in.four();
            in.byte();
            return Insert{id, in.tuple()};
        }
        case 'U': return update(in);
        case 'D': {
            const auto id = in.four();
            in.byte();
            return Delete{id, in.tuple()};
        }
        case 'T': {
            Truncate out;
            const auto count = in.four();
            in.byte();
            for (std::uint32_t i = 0; i < count && in.is_whole(); ++i)
                out.relations.push_back(in.four());
            return out;
        }
        default: return Other{};
    }
}

}  // namespace

std::uint64_t number(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes) value = value << 8U | static_cast<unsigned char>(c);
    return value;
}

std::string bytes(std::uint64_t number) {
    std::string out(8, '\0');
    for (std::size_t i = 8; i-- > 0; number >>= 8U) out[i] = static_cast<char>(number & 0xFFU);
    return out;
}

Result<Message> read(std::string_view text) {
    Reader in(text.substr(text.empty() ? 0 : 1));
    auto out = message(text.empty() ? ' ' : text.front(), in);
    if (!in.is_whole())
        return fail("EXT001", "the replication stream holds a message that ends before it should");
    return out;
}

}  // namespace ingot::connector::pgoutput
