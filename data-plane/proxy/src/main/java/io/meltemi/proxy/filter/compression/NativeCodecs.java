package io.meltemi.proxy.filter.compression;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.github.luben.zstd.util.Native;
import io.meltemi.proxy.config.check.ConfigPlace;

/// Loads the native libraries of codings, when a configuration first asks for them: a proxy that
/// compresses nothing neither unpacks nor loads one. Thread-safe.
///
/// Both are unpacked to `java.io.tmpdir` and mapped into the process.
final class NativeCodecs {
    private NativeCodecs() {}

    /// Whether brotli can be had; otherwise refused at `at`.
    static boolean brotli(ConfigPlace at) {
        if (Brotli4jLoader.isAvailable()) {
            return true;
        }
        at.refuse("brotli cannot be loaded: " + Brotli4jLoader.getUnavailabilityCause());
        return false;
    }

    /// Whether zstd can be had; otherwise refused at `at`.
    static boolean zstd(ConfigPlace at) {
        try {
            Native.load();
            return true;
        } catch (LinkageError e) {
            at.refuse("zstd cannot be loaded: " + e);
            return false;
        }
    }
}
