package io.meltemi.citadel.issuer;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.text.ParseException;

/// Keys that lie in a file (JWKS, RFC 7517 §5), read again when it changes. Thread-safe.
final class KeyFile implements TokenKeys {
    private static final int MOST_BYTES = 256 * 1024;

    private final Path file;

    /// Guarded by this.
    private Read last;

    private record Read(FileTime modified, long size, JWKSet keys) {}

    /// @throws IOException when there is no key in it, saying why
    KeyFile(Path file) throws IOException {
        this.file = file;
        this.last = read();
    }

    /// While a changed file cannot be read nobody is believed: the keys before it may be those that
    /// somebody has just taken out.
    @Override
    public synchronized JWKSet current() throws IOException {
        FileTime modified = Files.getLastModifiedTime(file);
        if (!modified.equals(last.modified) || Files.size(file) != last.size) {
            last = read();
        }
        return last.keys;
    }

    private Read read() throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            FileTime modified = Files.getLastModifiedTime(file);
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IOException(
                        "%s has more than %d bytes: is it a key set?".formatted(file, MOST_BYTES));
            }
            JWKSet keys = JWKSet.parse(new String(bytes, StandardCharsets.UTF_8)).toPublicJWKSet();
            if (keys.getKeys().isEmpty()) {
                throw new IOException(file + " has no public key that can be used");
            }
            return new Read(modified, bytes.length, keys);
        } catch (NoSuchFileException e) {
            throw new IOException("key set " + file + " is not there", e);
        } catch (ParseException e) {
            throw new IOException(file + " is no key set (JWKS, RFC 7517)", e);
        }
    }
}
