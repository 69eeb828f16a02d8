package io.meltemi.proxy.decide.match;

import io.meltemi.proxy.decide.RequestFacts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a route asks of the connection a request came on (`tls_context`, `filter_state`).
/// Immutable.
///
/// @param presented whether the client must have shown a certificate, or must not; null: either
/// @param validated the same for a certificate that was checked
public record ConnectionMatch(
        @Nullable Boolean presented, @Nullable Boolean validated, List<State> states) {
    public ConnectionMatch {
        states = List.copyOf(states);
    }

    /// A value of the filter state.
    public record State(String key, StringMatch match) {
        public boolean matches(@Nullable RequestFacts facts) {
            String value = facts == null ? null : facts.filterState(key);
            return value != null && match.matches(value);
        }
    }

    /// Without facts there is no connection, and so no certificate.
    public boolean matches(@Nullable RequestFacts facts) {
        boolean shown = facts != null && facts.isPeerCertificatePresented();
        boolean checked = facts != null && facts.isPeerCertificateValidated();
        if ((presented != null && presented != shown)
                || (validated != null && validated != checked)) {
            return false;
        }
        for (int i = 0; i < states.size(); i++) {
            if (!states.get(i).matches(facts)) {
                return false;
            }
        }
        return true;
    }
}
