package io.meltemi.proxy.filter.compressor;

import org.jspecify.annotations.Nullable;

/// What a client's `accept-encoding` says of one coding (RFC 9110 §12.5.3). Immutable: pure
/// functions.
final class AcceptEncoding {
    private AcceptEncoding() {}

    /// What the client wants.
    enum Choice {
        /// It says nothing.
        NO_HEADER,
        /// The coding, by its name.
        USED,
        /// The coding, as any other.
        WILDCARD,
        /// No coding.
        IDENTITY,
        /// Nothing there is, or it cannot be read.
        NOT_VALID
    }

    /// Envoy: the highest weight wins, and of equal ones the first; names are taken as they are.
    ///
    /// @param offered whether the coding is to be had for this response
    static Choice choose(@Nullable String header, String coding, boolean offered) {
        if (header == null) {
            return Choice.NO_HEADER;
        }
        @Nullable Choice best = null;
        double weight = 0;
        boolean refused = false;
        for (String part : header.split(",", -1)) {
            int semicolon = part.indexOf(';');
            String name = (semicolon < 0 ? part : part.substring(0, semicolon)).strip();
            double own = semicolon < 0 ? 1 : weight(part.substring(semicolon + 1));
            if (own < 0) {
                return Choice.NOT_VALID;
            }
            refused |= own == 0 && name.equals(coding);
            Choice choice = meaning(name, coding, offered);
            if (choice != null && own > weight) {
                best = choice;
                weight = own;
            }
        }
        // What is refused by its name is not meant by the star.
        return best == null || (refused && best == Choice.WILDCARD) ? Choice.NOT_VALID : best;
    }

    private static @Nullable Choice meaning(String name, String coding, boolean offered) {
        if (name.equals("identity")) {
            return Choice.IDENTITY;
        }
        if (name.equals("*")) {
            return offered ? Choice.WILDCARD : Choice.NOT_VALID;
        }
        return offered && name.equals(coding) ? Choice.USED : null;
    }

    /// Of `q=0.5`; 1 for parameters that are no weight; -1 when it is no number.
    private static double weight(String parameters) {
        int equal = parameters.indexOf('=');
        if (equal < 0 || !parameters.substring(0, equal).strip().equals("q")) {
            return 1;
        }
        try {
            return Double.parseDouble(parameters.substring(equal + 1).strip());
        } catch (NumberFormatException _) {
            return -1;
        }
    }
}
