package io.meltemi.proxy.http.h1;

import io.meltemi.proxy.decide.match.StringMatch;
import io.meltemi.proxy.http.HeaderSpelling;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What of HTTP/1 one side takes and says beyond the usual: Envoy's `http_protocol_options`.
/// Immutable.
///
/// @param acceptHttp10 otherwise requests of HTTP/1.0 are told to upgrade
/// @param defaultHost for requests of HTTP/1.0 without one; may be empty
/// @param absoluteUrls whether a target's host counts; otherwise such a target is a strange path
/// @param chunkedLength whether `content-length` may stand beside `transfer-encoding`, and is
///   dropped
/// @param customMethods whether any token is a method
/// @param fullUrls whether requests are sent with an absolute target
/// @param ignoredUpgrades values of `upgrade` that are dropped
/// @param spelling how names are written where a message has no spelling of its own
/// @param keeps how the names of messages that come are kept; null: they are not
public record Http1Dialect(
        boolean acceptHttp10,
        String defaultHost,
        boolean absoluteUrls,
        boolean chunkedLength,
        boolean customMethods,
        boolean fullUrls,
        List<StringMatch> ignoredUpgrades,
        @Nullable HeaderSpelling spelling,
        @Nullable Keeping keeps) {
    public static final Http1Dialect USUAL =
            new Http1Dialect(false, "", true, false, false, false, List.of(), null, null);

    /// Envoy's `preserve_case`.
    ///
    /// @param reasons whether the words behind a status are kept too
    /// @param others how names that the proxy adds are written; null: lower case
    public record Keeping(boolean reasons, @Nullable HeaderSpelling others) {}

    public Http1Dialect {
        ignoredUpgrades = List.copyOf(ignoredUpgrades);
    }

    boolean ignoresUpgrade(String value) {
        for (int i = 0; i < ignoredUpgrades.size(); i++) {
            if (ignoredUpgrades.get(i).matches(value)) {
                return true;
            }
        }
        return false;
    }
}
