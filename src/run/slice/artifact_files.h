#pragma once
// Rows of an artifact as files below a staged folder: split by partition columns, rows without a key set aside.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "medallion/slice/spec.h"
#include "platform/engine/session.h"
#include "sql/fragment.h"

namespace ingot::run {

struct OutputFormats {
    bool parquet = true;
    bool csv = false;
    std::string parquet_compression = "snappy";
};

struct ArtifactRequest {
    std::string name{};  // of the files, without ending
    sql::Fragment select{};
    std::string folder{};  // absolute; exists or is made
    OutputFormats formats{};
    std::vector<std::string> partition_columns{};  // those the artifact lacks are left out and told
    // Rows of which one of these is NULL go to _errors/<name>.csv of their leaf folder; none: no such check.
    std::vector<std::string> keys{};
    slice::ErrorHandling limits{};
};

struct WrittenFile {
    std::string path;  // relative to the folder
    std::int64_t rows = 0;
};

struct WrittenArtifact {
    std::vector<WrittenFile> files;
    std::vector<WrittenFile> rejected;
    std::int64_t rows = 0;  // written, once however many formats
    std::int64_t quarantined = 0;
    std::vector<std::string> warnings;
    std::optional<Error> too_many_rejected;  // QUAL001; the quarantine files are there
};

Result<WrittenArtifact> write_artifact(engine::Session& session, const ArtifactRequest& request);

// One SELECT as one file.
Status write_parquet(engine::Session& session, const sql::Fragment& select, const std::string& path,
    const std::string& compression);
Status write_csv(engine::Session& session, const sql::Fragment& select, const std::string& path);

// <column>=<value> as a folder's name: what is not a letter, a digit or one of . _ - is percent-encoded. NULL and empty
// text are __HIVE_DEFAULT_PARTITION__.
std::string partition_folder(std::string_view column, const std::optional<std::string>& value);

}  // namespace ingot::run
