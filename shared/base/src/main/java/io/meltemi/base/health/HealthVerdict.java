package io.meltemi.base.health;

/// What is known of one target after its last pings. Immutable: each result gives the next verdict.
///
/// The first result decides at once, as in Envoy (a new host needs one success, not a row).
///
/// @param status the verdict in force
/// @param streak results in a row that contradict it
public record HealthVerdict(Status status, int streak) {
    /// Nothing known yet.
    public static final HealthVerdict UNKNOWN = new HealthVerdict(Status.UNKNOWN, 0);

    /// What the target is held to be.
    public enum Status {
        UNKNOWN,
        HEALTHY,
        UNHEALTHY
    }

    /// The verdict after one more result.
    public HealthVerdict after(boolean success, HealthThreshold threshold) {
        Status said = success ? Status.HEALTHY : Status.UNHEALTHY;
        if (status == Status.UNKNOWN || status == said) {
            return new HealthVerdict(said, 0);
        }
        int needed = success ? threshold.healthyAfter() : threshold.unhealthyAfter();
        return streak + 1 >= needed
                ? new HealthVerdict(said, 0)
                : new HealthVerdict(status, streak + 1);
    }
}
