package io.meltemi.proxy.http;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the names of one message's headers are written in HTTP/1. Names are lower case everywhere
/// else; most messages have no spelling and are written as they are.
public sealed interface HeaderSpelling {
    /// A lower-case name as it is written.
    String spelled(String lowerCaseName);

    /// Envoy's `proper_case_words`: a letter that follows neither a letter nor a digit is a
    /// capital. Immutable.
    record ProperCase() implements HeaderSpelling {
        public static final ProperCase INSTANCE = new ProperCase();

        @Override
        public String spelled(String lowerCaseName) {
            StringBuilder text = new StringBuilder(lowerCaseName);
            boolean begins = true;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                boolean letter = c >= 'a' && c <= 'z';
                if (begins && letter) {
                    text.setCharAt(i, (char) (c - 'a' + 'A'));
                }
                begins = !letter && (c < '0' || c > '9') && (c < 'A' || c > 'Z');
            }
            return text.toString();
        }
    }

    /// Envoy's stateful formatter `preserve_case`: names as the message came with. Confined to its
    /// event loop.
    final class Kept implements HeaderSpelling {
        private final Map<String, String> spellings = new HashMap<>();
        private final @Nullable HeaderSpelling others;
        private String reason = "";

        /// @param others how names that the message did not have are written; null: as they are
        public Kept(@Nullable HeaderSpelling others) {
            this.others = others;
        }

        /// A name as it came; the first spelling of a name counts.
        public void keep(String lowerCaseName, String spelling) {
            spellings.putIfAbsent(lowerCaseName, spelling);
        }

        public void keepReason(String phrase) {
            reason = phrase;
        }

        /// The words behind a response's status; empty for the usual ones.
        public String reason() {
            return reason;
        }

        @Override
        public String spelled(String lowerCaseName) {
            String kept = spellings.get(lowerCaseName);
            if (kept != null) {
                return kept;
            }
            return others == null ? lowerCaseName : others.spelled(lowerCaseName);
        }
    }
}
