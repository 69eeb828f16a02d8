package io.meltemi.xds.snapshot;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Makes versions out of content, so that equal resources have equal versions on every replica.
final class ContentVersion {
    private ContentVersion() {}

    /// The first 8 bytes of the SHA-256, in hexadecimal.
    static String of(ByteString content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(content.asReadOnlyByteBuffer());
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
