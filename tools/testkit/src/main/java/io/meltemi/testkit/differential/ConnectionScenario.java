package io.meltemi.testkit.differential;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Connections to play against a bootstrap that was made elsewhere. Immutable.
///
/// ```yaml
/// certificates: {...}, upstream: [...], connections: [...]   # as ConnectionCaseReader has it
/// log_lines: 2, stats: {...}, stats_like: "...", known: {...}
/// ```
public final class ConnectionScenario {
    private final ConnectionCase situation;
    private final Optional<ScenarioCertificates> certificates;

    private ConnectionScenario(
            ConnectionCase situation, Optional<ScenarioCertificates> certificates) {
        this.situation = situation;
        this.certificates = certificates;
    }

    /// @param bootstrap with the same placeholders as any case's
    public static ConnectionScenario read(Map<String, Object> tree, String bootstrap) {
        return new ConnectionScenario(ConnectionCaseReader.read(tree, bootstrap), Optional.empty());
    }

    /// @param certificates which are in the bootstrap; otherwise each run makes its own
    public static ConnectionScenario read(
            Map<String, Object> tree, ScenarioCertificates certificates, String bootstrap) {
        return new ConnectionScenario(
                ConnectionCaseReader.read(tree, bootstrap), Optional.of(certificates));
    }

    /// What came back on each connection, what the upstream saw, the access log, and counters.
    public List<String> play(ProxyUnderTest.Launcher launcher) throws IOException {
        return certificates.isPresent()
                ? ConnectionOutcome.of(situation, certificates.get().made(), launcher)
                : ConnectionOutcome.of(situation, launcher);
    }

    /// How many lines of access log are waited for.
    public int logLines() {
        return situation.logLines();
    }

    /// The lines in which a difference is meant to be.
    public Set<String> known() {
        return situation.known().keySet();
    }
}
