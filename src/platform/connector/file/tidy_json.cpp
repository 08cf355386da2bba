// JSON becomes rows where it stands: looked at once, for the columns, what they hold, and what is no record; then read as
// often as a statement asks, in pieces, by several threads (json_feed.h).
#include "platform/connector/file/json_feed.h"

namespace ingot::file {

namespace {

Result<std::vector<JsonText>> texts_of(
    const std::vector<Found>& files, const Told& told, const std::string& folder) {
    std::vector<JsonText> texts;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto packing = TRY(packing_of(files[i], told));
        const auto head = TRY(read_head(files[i], packing, 4096));
        auto encoding = encoding_of(head.bytes);
        if (encoding == Encoding::latin1)
            encoding = Encoding::utf8;  // JSON is Unicode unless somebody says otherwise
        if (told.encoding) encoding = TRY(encoding_told(*told.encoding));
        const auto scratch = folder + "/input-" + std::to_string(i) + ".txt";
        auto text = TRY(
            read_text(files[i], {.packing = packing, .encoding = encoding, .scratch = scratch}));
        texts.push_back(TRY(json_text(files[i], told, std::move(text))));
    }
    return texts;
}

}  // namespace

Result<Tidied> tidy_json(
    const std::vector<Found>& files, const Told& told, const TidyOrder& order) {
    auto all = std::make_shared<JsonFiles>();
    all->texts = TRY(texts_of(files, told, order.folder));
    auto look = TRY(JsonLook::begin(*all, order));
    JsonWalk walk(all->texts, {});
    JsonRecord record;
    for (;;) {
        look.mark(walk);
        if (!walk.next(record)) break;
        TRY(look.take(record, walk));
    }
    auto tidied = TRY(look.finish());
    tidied.rows_in_place = rows_in_place(std::move(all));
    return tidied;
}

}  // namespace ingot::file
