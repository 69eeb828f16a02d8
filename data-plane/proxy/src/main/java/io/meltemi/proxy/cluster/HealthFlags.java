package io.meltemi.proxy.cluster;

/// What can be wrong with an endpoint, one bit each, with Envoy's names for `/clusters`.
public final class HealthFlags {
    public static final int FAILED_ACTIVE_HC = 1;
    public static final int FAILED_OUTLIER_CHECK = 2;
    public static final int FAILED_EDS_HEALTH = 4;
    public static final int DEGRADED_ACTIVE_HC = 8;
    public static final int DEGRADED_EDS_HEALTH = 16;

    /// Gone from the configuration, and kept while its health checks pass.
    public static final int PENDING_DYNAMIC_REMOVAL = 32;

    /// Has not been checked yet, and does not count until it was.
    public static final int PENDING_ACTIVE_HC = 64;

    /// Said in a response that it fails its health check.
    public static final int EXCLUDED_VIA_IMMEDIATE_HC_FAIL = 128;

    public static final int ACTIVE_HC_TIMEOUT = 256;
    public static final int EDS_STATUS_DRAINING = 512;

    static final int UNHEALTHY =
            FAILED_ACTIVE_HC | FAILED_OUTLIER_CHECK | FAILED_EDS_HEALTH | EDS_STATUS_DRAINING;
    static final int DEGRADED = DEGRADED_ACTIVE_HC | DEGRADED_EDS_HEALTH;
    static final int EXCLUDED = PENDING_ACTIVE_HC | EXCLUDED_VIA_IMMEDIATE_HC_FAIL;
    static final int OF_EDS = FAILED_EDS_HEALTH | DEGRADED_EDS_HEALTH | EDS_STATUS_DRAINING;

    private static final String[] NAMES = {
        "failed_active_hc",
        "failed_outlier_check",
        "failed_eds_health",
        "degraded_active_hc",
        "degraded_eds_health",
        "pending_dynamic_removal",
        "pending_active_hc",
        "excluded_via_immediate_hc_fail",
        "active_hc_timeout",
        "eds_status_draining",
    };

    private HealthFlags() {}

    static int of(Health health) {
        return switch (health) {
            case HEALTHY -> 0;
            case DEGRADED -> DEGRADED_EDS_HEALTH;
            case UNHEALTHY, TIMEOUT -> FAILED_EDS_HEALTH;
            case DRAINING -> EDS_STATUS_DRAINING;
        };
    }

    /// `healthy`, or the flags as Envoy's `/clusters` shows them: `/failed_active_hc/...`.
    public static String text(int flags) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < NAMES.length; i++) {
            if ((flags & (1 << i)) != 0) {
                text.append('/').append(NAMES[i]);
            }
        }
        return text.isEmpty() ? "healthy" : text.toString();
    }
}
