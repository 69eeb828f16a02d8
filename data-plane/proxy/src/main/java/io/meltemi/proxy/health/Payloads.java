package io.meltemi.proxy.health;

import com.google.protobuf.ByteString;
import java.util.List;

/// Looks for pieces in what came. Without state.
final class Payloads {
    private Payloads() {}

    /// Whether all pieces are there in this order, with anything between them.
    static boolean contains(byte[] bytes, List<ByteString> pieces) {
        int from = 0;
        for (ByteString piece : pieces) {
            int at = indexOf(bytes, piece, from);
            if (at < 0) {
                return false;
            }
            from = at + piece.size();
        }
        return true;
    }

    private static int indexOf(byte[] bytes, ByteString piece, int from) {
        for (int at = from; at + piece.size() <= bytes.length; at++) {
            int same = 0;
            while (same < piece.size() && bytes[at + same] == piece.byteAt(same)) {
                same++;
            }
            if (same == piece.size()) {
                return at;
            }
        }
        return -1;
    }
}
