package io.meltemi.proxy.filter.compressor;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a client's `accept-encoding` says of the codings there are (RFC 9110 §12.5.3). Immutable:
/// pure functions.
final class AcceptEncoding {
    private AcceptEncoding() {}

    /// What the client wants.
    enum Choice {
        /// It says nothing.
        NO_HEADER,
        /// A coding, by its name.
        USED,
        /// A coding, as any other.
        WILDCARD,
        /// No coding.
        IDENTITY,
        /// Nothing there is, or it cannot be read.
        NOT_VALID
    }

    /// What is to be done.
    ///
    /// @param coding null: none
    record Decision(Choice choice, @Nullable String coding) {
        static final Decision NO_HEADER = new Decision(Choice.NO_HEADER, null);
        static final Decision IDENTITY = new Decision(Choice.IDENTITY, null);
        static final Decision NOT_VALID = new Decision(Choice.NOT_VALID, null);
    }

    private record Weighted(String name, double weight) {}

    /// Envoy: the highest weight wins, and of equal ones the first; names are taken as they are.
    ///
    /// @param offered the codings to be had for this response, in the order of the chain
    /// @param first the coding that wins among equals; null: none
    static Decision choose(@Nullable String header, List<String> offered, @Nullable String first) {
        if (header == null) {
            return Decision.NO_HEADER;
        }
        List<String> left = new ArrayList<>(offered);
        List<Weighted> wanted = new ArrayList<>();
        for (String part : header.split(",", -1)) {
            int semicolon = part.indexOf(';');
            String name = (semicolon < 0 ? part : part.substring(0, semicolon)).strip();
            double weight = semicolon < 0 ? 1 : weight(part.substring(semicolon + 1));
            if (weight < 0) {
                return Decision.NOT_VALID;
            }
            if (weight == 0) {
                left.removeIf(name::equals);
            } else {
                wanted.add(new Weighted(name, weight));
            }
        }
        return decide(left, wanted, first);
    }

    private static Decision decide(
            List<String> left, List<Weighted> wanted, @Nullable String first) {
        Weighted best = null;
        for (Weighted one : wanted) {
            String name = one.name;
            if ((left.contains(name) || name.equals("*") || name.equals("identity"))
                    && (best == null
                            || one.weight > best.weight
                            || (one.weight == best.weight && name.equals(first)))) {
                best = one;
            }
        }
        if (best == null || left.isEmpty()) {
            return Decision.NOT_VALID;
        }
        return switch (best.name) {
            case "identity" -> Decision.IDENTITY;
            case "*" -> new Decision(Choice.WILDCARD, left.getFirst());
            default -> new Decision(Choice.USED, best.name);
        };
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
