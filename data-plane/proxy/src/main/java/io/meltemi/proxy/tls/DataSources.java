package io.meltemi.proxy.tls;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads Envoy's `DataSource`. Thread-safe: keeps nothing.
final class DataSources {
    /// No certificate chain or bundle comes near this; a wrong path to a device or a log does.
    private static final long MAX_FILE_BYTES = 8L << 20;

    private DataSources() {}

    /// @param at where the source stands, for messages
    static byte[] read(DataSource source, String at) {
        return switch (source.getSpecifierCase()) {
            case INLINE_BYTES -> source.getInlineBytes().toByteArray();
            case INLINE_STRING -> source.getInlineString().getBytes(StandardCharsets.UTF_8);
            case FILENAME -> file(source.getFilename(), at);
            case ENVIRONMENT_VARIABLE ->
                    throw new TlsConfigException(
                            at + ".environment_variable is not supported: use filename");
            case SPECIFIER_NOT_SET -> throw new TlsConfigException(at + " is empty");
        };
    }

    private static byte[] file(String name, String at) {
        Path path = Path.of(name);
        try {
            if (Files.isRegularFile(path) && Files.size(path) > MAX_FILE_BYTES) {
                throw new TlsConfigException(
                        at + ".filename " + name + " is larger than " + MAX_FILE_BYTES + " bytes");
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new TlsConfigException(at + ".filename " + name + " cannot be read: " + e, e);
        }
    }
}
