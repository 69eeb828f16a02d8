package io.meltemi.server;

import io.meltemi.model.diagnostic.Diagnostic;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says each finding once: a cluster changes many times a second, and what is odd in it stays odd.
/// Thread-safe.
final class FindingsLog {
    private static final Logger LOG = LoggerFactory.getLogger(FindingsLog.class);

    /// Guarded by this.
    private Set<Diagnostic> said = Set.of();

    /// Logs what was not there the time before; what went and came back is said again.
    synchronized void say(List<Diagnostic> findings) {
        findings.stream()
                .filter(finding -> !said.contains(finding))
                .forEach(finding -> LOG.warn("{}", finding));
        said = new HashSet<>(findings);
    }
}
