package io.meltemi.proxy.decide;

import io.meltemi.proxy.decide.match.Miss;
import java.util.ArrayList;
import java.util.List;

/// Records why a decision fell as it did. Confined to the thread that decides.
///
/// Decisions take it as a nullable parameter; the data path passes null and pays one comparison.
public final class DecisionLog {
    private final List<Entry> entries = new ArrayList<>();

    /// One thing that was looked at.
    ///
    /// @param step what was being decided: `virtual host`, `route`, `retry`, `rbac`
    /// @param subject the candidate: a domain, a route's name, a policy's name
    /// @param taken whether the candidate was the answer
    /// @param why what matched or did not
    /// @param misses each condition that was not met, with what it wanted and what there was
    public record Entry(String step, String subject, boolean taken, String why, List<Miss> misses) {
        public Entry {
            misses = List.copyOf(misses);
        }

        public Entry(String step, String subject, boolean taken, String why) {
            this(step, subject, taken, why, List.of());
        }
    }

    public void note(String step, String subject, boolean taken, String why) {
        entries.add(new Entry(step, subject, taken, why));
    }

    /// A candidate that was not taken, and every condition that kept it from that.
    public void missed(String step, String subject, String why, List<Miss> misses) {
        entries.add(new Entry(step, subject, false, why, misses));
    }

    public List<Entry> entries() {
        return List.copyOf(entries);
    }
}
