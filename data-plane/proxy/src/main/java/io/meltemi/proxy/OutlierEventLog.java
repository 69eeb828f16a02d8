package io.meltemi.proxy;

import io.meltemi.proxy.cluster.OutlierEvents;
import io.meltemi.proxy.cluster.OutlierSettings.Kind;
import io.meltemi.proxy.observe.accesslog.EventLogs.EventLog;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Writes what outlier detection does to the file
/// `cluster_manager.outlier_detection.event_log_path`, as Envoy does: one JSON object a line.
/// Thread-safe: the lines go through one worker.
final class OutlierEventLog {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final EventLog file;
    private final Worker worker;

    /// @param worker the first one
    OutlierEventLog(EventLog file, Worker worker) {
        this.file = file;
        this.worker = worker;
    }

    /// What is heard of one cluster.
    OutlierEvents of(String cluster) {
        return new OutlierEvents() {
            @Override
            public void ejected(Event event, Kind kind, boolean enforced, Rates rates) {
                String line =
                        line(kind, cluster, event, "EJECT", enforced) + ',' + why(kind, rates);
                write(line + '}');
            }

            // Envoy: an event of this kind has the first type there is.
            @Override
            public void returned(Event event) {
                write(line(Kind.CONSECUTIVE_5XX, cluster, event, "UNEJECT", false) + '}');
            }
        };
    }

    private void write(String line) {
        worker.execute(() -> file.write(0, line));
    }

    private static String line(
            Kind kind, String cluster, OutlierEvents.Event event, String action, boolean enforced) {
        StringBuilder line = new StringBuilder(256);
        line.append("{\"type\":\"").append(type(kind));
        line.append("\",\"timestamp\":\"").append(TIME.format(Instant.now())).append('"');
        if (event.secondsSinceLast() >= 0) {
            line.append(",\"secs_since_last_action\":\"").append(event.secondsSinceLast());
            line.append('"');
        }
        line.append(",\"cluster_name\":");
        quoted(cluster, line);
        line.append(",\"upstream_url\":");
        quoted(event.endpoint().addressText().text(), line);
        line.append(",\"action\":\"").append(action);
        line.append("\",\"num_ejections\":").append(event.ejections());
        line.append(",\"enforced\":").append(enforced);
        return line.toString();
    }

    /// As `envoy.data.cluster.v3.OutlierEjectionType` has it.
    private static String type(Kind kind) {
        return switch (kind) {
            case LOCAL_ORIGIN_SUCCESS_RATE -> "SUCCESS_RATE_LOCAL_ORIGIN";
            case LOCAL_ORIGIN_FAILURE_PERCENTAGE -> "FAILURE_PERCENTAGE_LOCAL_ORIGIN";
            case CONSECUTIVE_5XX,
                    CONSECUTIVE_GATEWAY_FAILURE,
                    CONSECUTIVE_LOCAL_ORIGIN_FAILURE,
                    SUCCESS_RATE,
                    FAILURE_PERCENTAGE ->
                    kind.name();
        };
    }

    private static String why(Kind kind, OutlierEvents.Rates rates) {
        return switch (kind) {
            case CONSECUTIVE_5XX, CONSECUTIVE_GATEWAY_FAILURE, CONSECUTIVE_LOCAL_ORIGIN_FAILURE ->
                    "\"eject_consecutive_event\":{}";
            case SUCCESS_RATE, LOCAL_ORIGIN_SUCCESS_RATE ->
                    "\"eject_success_rate_event\":{\"host_success_rate\":"
                            + (int) rates.own()
                            + ",\"cluster_average_success_rate\":"
                            + (int) rates.mean()
                            + ",\"cluster_success_rate_ejection_threshold\":"
                            + (int) rates.threshold()
                            + '}';
            case FAILURE_PERCENTAGE, LOCAL_ORIGIN_FAILURE_PERCENTAGE ->
                    "\"eject_failure_percentage_event\":{\"host_success_rate\":"
                            + (int) rates.own()
                            + '}';
        };
    }

    private static void quoted(String text, StringBuilder line) {
        line.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\').append(c);
            } else if (c < ' ') {
                line.append(String.format("\\u%04x", (int) c));
            } else {
                line.append(c);
            }
        }
        line.append('"');
    }
}
