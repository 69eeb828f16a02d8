/// Codings of bodies that the compressor and the decompressor share: gzip, brotli, zstd.
@NullMarked
package io.meltemi.proxy.filter.compression;

import org.jspecify.annotations.NullMarked;
