//! The crate `object_store` behind a C ABI: see src/platform/storage/object_store.h, which says what each function
//! promises. Nothing is decided here; keys are whole keys, and every call blocks.
use std::slice;
use std::sync::{Arc, LazyLock, Once};
use std::time::Duration;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::multipart::{MultipartStore, PartId};
use object_store::path::Path;
use object_store::{
    BackoffConfig, Certificate, ClientOptions, CopyMode, CopyOptions, Error, GetOptions, GetRange, ObjectMeta,
    ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload, RetryConfig, UpdateVersion,
};
use tokio::runtime::{Builder, Runtime};

const OK: i32 = 0;
const NOT_FOUND: i32 = 1;
const EXISTS: i32 = 2;
const DENIED: i32 = 3;
const INVALID: i32 = 4;
const FAILED: i32 = 5;

pub struct Store {
    store: Arc<dyn ObjectStore>,
    parts: Arc<dyn MultipartStore>,
    has_generations: bool,
}

#[repr(C)]
pub struct Buffer {
    data: *mut u8,
    size: usize,
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("object-store")
        .enable_all()
        .build()
        .expect("threads")
});

struct Failure(i32, String);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::NotFound { .. } => NOT_FOUND,
            Error::AlreadyExists { .. } | Error::Precondition { .. } | Error::NotModified { .. } => EXISTS,
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => DENIED,
            Error::InvalidPath { .. }
            | Error::NotSupported { .. }
            | Error::NotImplemented { .. }
            | Error::UnknownConfigurationKey { .. } => INVALID,
            _ => FAILED,
        };
        // The store's own words are at the end of the chain of causes.
        let mut text = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(next) = cause {
            let words = next.to_string();
            if !text.contains(&words) {
                text = format!("{text}: {words}");
            }
            cause = next.source();
        }
        Failure(code, text)
    }
}

fn give(out: *mut Buffer, bytes: Vec<u8>) {
    if out.is_null() {
        return;
    }
    let bytes = bytes.into_boxed_slice();
    let size = bytes.len();
    unsafe { *out = Buffer { data: Box::into_raw(bytes) as *mut u8, size } }
}

fn answer(out: *mut Buffer, work: impl FnOnce() -> Result<Vec<u8>, Failure>) -> i32 {
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Failure(FAILED, "the store's library gave up".into())));
    match done {
        Ok(bytes) => {
            give(out, bytes);
            OK
        }
        Err(Failure(code, text)) => {
            give(out, text.into_bytes());
            code
        }
    }
}

unsafe fn view<'a>(data: *const u8, size: usize) -> &'a [u8] {
    if size == 0 {
        &[]
    } else {
        slice::from_raw_parts(data, size)
    }
}

unsafe fn text<'a>(data: *const u8, size: usize) -> Result<&'a str, Failure> {
    std::str::from_utf8(view(data, size)).map_err(|_| Failure(INVALID, "not UTF-8".into()))
}

/// "a\0b\0" -> ["a", "b"]
fn list_of(text: &str) -> Vec<&str> {
    let mut items: Vec<&str> = text.split('\0').collect();
    items.pop();
    items
}

fn path_of(key: &str) -> Result<Path, Failure> {
    Ok(Path::parse(key).map_err(Error::from)?)
}

/// GCS compares generations where the others compare etags; to the caller both are the object's mark.
fn record(store: &Store, meta: &ObjectMeta) -> String {
    let mark = if store.has_generations { &meta.version } else { &meta.e_tag };
    format!(
        "{}\t{}\t{}\t{}\0",
        meta.size,
        meta.last_modified.timestamp_micros(),
        mark.as_deref().unwrap_or(""),
        meta.location
    )
}

struct Settings {
    client: ClientOptions,
    retry: RetryConfig,
    reads_environment: bool,
    rest: Vec<(String, String)>,
}

/// What the crate has no key for is taken out; the rest are its own keys.
fn settings_of(options: &str) -> Result<Settings, Failure> {
    let number = |value: &str| value.parse::<u64>().map_err(|_| Failure(INVALID, format!("{value} is no number")));
    let mut settings = Settings {
        client: ClientOptions::new(),
        retry: RetryConfig::default(),
        reads_environment: true,
        rest: vec![],
    };
    for pair in list_of(options).chunks_exact(2) {
        let (key, value) = (pair[0], pair[1]);
        match key {
            "ca_pem" => {
                let bundle = Certificate::from_pem_bundle(value.as_bytes())?;
                for certificate in bundle {
                    settings.client = settings.client.with_root_certificate(certificate);
                }
            }
            "reads_environment" => settings.reads_environment = value == "true",
            "max_retries" => settings.retry.max_retries = number(value)? as usize,
            "retry_for_ms" => settings.retry.retry_timeout = Duration::from_millis(number(value)?),
            "first_pause_ms" => {
                settings.retry.backoff = BackoffConfig {
                    init_backoff: Duration::from_millis(number(value)?),
                    ..BackoffConfig::default()
                }
            }
            _ => settings.rest.push((key.into(), value.into())),
        }
    }
    Ok(settings)
}

fn unknown(store: &'static str, key: String) -> Failure {
    Error::UnknownConfigurationKey { store, key }.into()
}

macro_rules! built {
    ($builder:ident, $name:literal, $settings:ident) => {{
        let begun = if $settings.reads_environment { $builder::from_env() } else { $builder::new() };
        let mut builder = begun.with_client_options($settings.client).with_retry($settings.retry);
        for (key, value) in $settings.rest {
            let known = key.parse().map_err(|_| unknown($name, key))?;
            builder = builder.with_config(known, value);
        }
        let store = Arc::new(builder.build()?);
        Ok(Store { store: store.clone(), parts: store, has_generations: $name == "GCS" })
    }};
}

fn open(kind: &str, options: &str) -> Result<Store, Failure> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let settings = settings_of(options)?;
    match kind {
        "s3" => built!(AmazonS3Builder, "S3", settings),
        "azure" => built!(MicrosoftAzureBuilder, "Azure", settings),
        "gcs" => built!(GoogleCloudStorageBuilder, "GCS", settings),
        _ => Err(Failure(INVALID, format!("{kind} is no kind of store"))),
    }
}

#[no_mangle]
pub unsafe extern "C" fn ingot_store_open(
    kind: *const u8,
    kind_size: usize,
    options: *const u8,
    options_size: usize,
    store: *mut *mut Store,
    out: *mut Buffer,
) -> i32 {
    answer(out, || {
        let _entered = RUNTIME.enter();
        *store = Box::into_raw(Box::new(open(text(kind, kind_size)?, text(options, options_size)?)?));
        Ok(vec![])
    })
}

#[no_mangle]
pub unsafe extern "C" fn ingot_store_close(store: *mut Store) {
    if !store.is_null() {
        let _entered = RUNTIME.enter();
        drop(Box::from_raw(store));
    }
}

#[no_mangle]
pub unsafe extern "C" fn ingot_store_free(buffer: Buffer) {
    if !buffer.data.is_null() {
        drop(Box::from_raw(slice::from_raw_parts_mut(buffer.data, buffer.size)));
    }
}

#[no_mangle]
pub unsafe extern "C" fn ingot_store_head(store: *const Store, key: *const u8, size: usize, out: *mut Buffer) -> i32 {
    answer(out, || {
        let meta = RUNTIME.block_on((*store).store.head(&path_of(text(key, size)?)?))?;
        Ok(record(&*store, &meta).into_bytes())
    })
}

/// `length` of u64::MAX: to the end.
#[no_mangle]
pub unsafe extern "C" fn ingot_store_get(
    store: *const Store,
    key: *const u8,
    size: usize,
    offset: u64,
    length: u64,
    out: *mut Buffer,
) -> i32 {
    answer(out, || {
        let path = path_of(text(key, size)?)?;
        let range = match (offset, length) {
            (0, u64::MAX) => None,
            (_, u64::MAX) => Some(GetRange::Offset(offset)),
            _ => Some(GetRange::Bounded(offset..offset + length)),
        };
        let options = GetOptions { range, ..Default::default() };
        let bytes = RUNTIME.block_on(async { (*store).store.get_opts(&path, options).await?.bytes().await })?;
        Ok(bytes.into())
    })
}

/// mode: 0 writes over, 1 only where nothing is, 2 only over the object with this etag. Gives the new etag.
#[no_mangle]
pub unsafe extern "C" fn ingot_store_put(
    store: *const Store,
    key: *const u8,
    size: usize,
    data: *const u8,
    data_size: usize,
    mode: i32,
    etag: *const u8,
    etag_size: usize,
    out: *mut Buffer,
) -> i32 {
    answer(out, || {
        let path = path_of(text(key, size)?)?;
        let mode = match mode {
            0 => PutMode::Overwrite,
            1 => PutMode::Create,
            _ => {
                let mark: String = text(etag, etag_size)?.into();
                PutMode::Update(UpdateVersion { e_tag: Some(mark.clone()), version: Some(mark) })
            }
        };
        let payload = PutPayload::from_bytes(Bytes::copy_from_slice(view(data, data_size)));
        let done = RUNTIME.block_on((*store).store.put_opts(&path, payload, PutOptions::from(mode)))?;
        Ok(done.e_tag.unwrap_or_default().into_bytes())
    })
}

/// Everything below the folder, or with `shallow` what is directly in it: folders are records of size -1.
#[no_mangle]
pub unsafe extern "C" fn ingot_store_list(
    store: *const Store,
    folder: *const u8,
    size: usize,
    shallow: i32,
    out: *mut Buffer,
) -> i32 {
    answer(out, || {
        let path = path_of(text(folder, size)?)?;
        let prefix = if path.as_ref().is_empty() { None } else { Some(&path) };
        let mut records = String::new();
        if shallow != 0 {
            let found = RUNTIME.block_on((*store).store.list_with_delimiter(prefix))?;
            for folder in found.common_prefixes {
                records += &format!("-1\t0\t\t{folder}\0");
            }
            for meta in found.objects {
                records += &record(&*store, &meta);
            }
        } else {
            let found: Vec<_> = RUNTIME.block_on((*store).store.list(prefix).try_collect())?;
            for meta in found {
                records += &record(&*store, &meta);
            }
        }
        Ok(records.into_bytes())
    })
}

/// `keys`: each ended by a zero byte. Absent is fine.
#[no_mangle]
pub unsafe extern "C" fn ingot_store_remove(
    store: *const Store,
    keys: *const u8,
    size: usize,
    out: *mut Buffer,
) -> i32 {
    answer(out, || {
        let paths = list_of(text(keys, size)?).into_iter().map(path_of).collect::<Result<Vec<_>, _>>()?;
        let failed = RUNTIME.block_on(async {
            let wanted = futures::stream::iter(paths.into_iter().map(Ok)).boxed();
            let mut done = (*store).store.delete_stream(wanted);
            let mut failed = None;
            while let Some(one) = done.next().await {
                match one {
                    Ok(_) | Err(Error::NotFound { .. }) => {}
                    Err(error) => failed = Some(error),
                }
            }
            failed
        });
        failed.map_or(Ok(vec![]), |error| Err(error.into()))
    })
}

#[no_mangle]
pub unsafe extern "C" fn ingot_store_copy(
    store: *const Store,
    from: *const u8,
    from_size: usize,
    to: *const u8,
    to_size: usize,
    out: *mut Buffer,
) -> i32 {
    answer(out, || {
        let (from, to) = (path_of(text(from, from_size)?)?, path_of(text(to, to_size)?)?);
        let options = CopyOptions::new().with_mode(CopyMode::Overwrite);
        RUNTIME.block_on((*store).store.copy_opts(&from, &to, options))?;
        Ok(vec![])
    })
}

/// Gives the upload's id.
#[no_mangle]
pub unsafe extern "C" fn ingot_store_begin(store: *const Store, key: *const u8, size: usize, out: *mut Buffer) -> i32 {
    answer(out, || {
        let path = path_of(text(key, size)?)?;
        Ok(RUNTIME.block_on((*store).parts.create_multipart(&path))?.into_bytes())
    })
}

/// Gives the part's id. Parts count from 0 and may come in any order, also at the same time.
#[no_mangle]
pub unsafe extern "C" fn ingot_store_part(
    store: *const Store,
    key: *const u8,
    size: usize,
    upload: *const u8,
    upload_size: usize,
    index: u64,
    data: *const u8,
    data_size: usize,
    out: *mut Buffer,
) -> i32 {
    answer(out, || {
        let path = path_of(text(key, size)?)?;
        let upload = text(upload, upload_size)?.to_string();
        let payload = PutPayload::from_bytes(Bytes::copy_from_slice(view(data, data_size)));
        let part = RUNTIME.block_on((*store).parts.put_part(&path, &upload, index as usize, payload))?;
        Ok(part.content_id.into_bytes())
    })
}

/// `parts`: the parts' ids in order, each ended by a zero byte.
#[no_mangle]
pub unsafe extern "C" fn ingot_store_complete(
    store: *const Store,
    key: *const u8,
    size: usize,
    upload: *const u8,
    upload_size: usize,
    parts: *const u8,
    parts_size: usize,
    out: *mut Buffer,
) -> i32 {
    answer(out, || {
        let path = path_of(text(key, size)?)?;
        let upload = text(upload, upload_size)?.to_string();
        let ids = list_of(text(parts, parts_size)?);
        let parts = ids.into_iter().map(|id| PartId { content_id: id.into() }).collect();
        let done = RUNTIME.block_on((*store).parts.complete_multipart(&path, &upload, parts))?;
        Ok(done.e_tag.unwrap_or_default().into_bytes())
    })
}

#[no_mangle]
pub unsafe extern "C" fn ingot_store_abort(
    store: *const Store,
    key: *const u8,
    size: usize,
    upload: *const u8,
    upload_size: usize,
    out: *mut Buffer,
) -> i32 {
    answer(out, || {
        let path = path_of(text(key, size)?)?;
        let upload = text(upload, upload_size)?.to_string();
        RUNTIME.block_on((*store).parts.abort_multipart(&path, &upload))?;
        Ok(vec![])
    })
}
