package io.meltemi.proxy.filter.istiostats;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Everything that tells one combination of labels from another. Confined to its event loop: one is
/// filled for each request and compared; a copy is kept for a combination that is new. `HOT`.
final class LabelKey {
    static final int PEER_WORKLOAD = 0;
    static final int PEER_NAMESPACE = 1;
    static final int PEER_SERVICE = 2;
    static final int PEER_REVISION = 3;
    static final int PEER_APP = 4;
    static final int PEER_VERSION = 5;
    static final int PEER_CLUSTER = 6;
    static final int PEER_PRINCIPAL = 7;
    static final int LOCAL_PRINCIPAL = 8;
    static final int HOST = 9;
    static final int SERVICE = 10;
    static final int GRPC_STATUS = 11;

    /// The values of expressions follow.
    static final int DIMENSIONS = 12;

    private final @Nullable String[] texts;

    /// `http`, `grpc` or `tcp`.
    private String protocol = "";

    private int code;
    private long flags;

    /// @param dimensions how many expressions there are
    LabelKey(int dimensions) {
        texts = new @Nullable String[DIMENSIONS + dimensions];
    }

    private LabelKey(LabelKey other) {
        texts = other.texts.clone();
        protocol = other.protocol;
        code = other.code;
        flags = other.flags;
    }

    LabelKey copy() {
        return new LabelKey(this);
    }

    /// Lets go of the last request.
    void clear() {
        Arrays.fill(texts, null);
    }

    @Nullable String text(int index) {
        return texts[index];
    }

    void text(int index, @Nullable String value) {
        texts[index] = value;
    }

    String protocol() {
        return protocol;
    }

    int code() {
        return code;
    }

    /// The sequence of response flags.
    long flags() {
        return flags;
    }

    void end(String newProtocol, int newCode, long newFlags) {
        protocol = newProtocol;
        code = newCode;
        flags = newFlags;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LabelKey key
                && code == key.code
                && flags == key.flags
                && protocol.equals(key.protocol)
                && Arrays.equals(texts, key.texts);
    }

    @Override
    public int hashCode() {
        int hash = 31 * code + Long.hashCode(flags);
        for (String text : texts) {
            hash = 31 * hash + (text == null ? 0 : text.hashCode());
        }
        return 31 * hash + protocol.hashCode();
    }
}
