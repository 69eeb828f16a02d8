package io.meltemi.mixer.otlp;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.PrometheusNaming;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Turns OpenTelemetry attributes into Prometheus labels (OpenTelemetry: "Prometheus and
/// OpenMetrics Compatibility").
final class AttributeLabels {
    /// Attributes beyond it are dropped, longer values are cut: labels come from applications.
    private static final int MAX_LABELS = 30;

    private static final int MAX_VALUE_CHARS = 200;

    private AttributeLabels() {}

    /// The labels of a data point; `job` and `instance` come from its resource's service name and
    /// id.
    static Labels of(List<KeyValue> resource, List<KeyValue> point) {
        Map<String, String> labels = new TreeMap<>();
        for (KeyValue attribute : point) {
            if (labels.size() < MAX_LABELS) {
                labels.put(
                        PrometheusNaming.sanitizeLabelName(
                                PrometheusNaming.prometheusName(attribute.getKey())),
                        text(attribute.getValue()));
            }
        }
        String name = resourceText(resource, "service.name");
        String namespace = resourceText(resource, "service.namespace");
        if (!name.isEmpty()) {
            labels.put("job", namespace.isEmpty() ? name : namespace + "/" + name);
        }
        String instance = resourceText(resource, "service.instance.id");
        if (!instance.isEmpty()) {
            labels.put("instance", instance);
        }
        return Labels.of(
                labels.keySet().toArray(String[]::new), labels.values().toArray(String[]::new));
    }

    static String resourceText(List<KeyValue> attributes, String key) {
        return attributes.stream()
                .filter(a -> a.getKey().equals(key))
                .map(a -> text(a.getValue()))
                .findFirst()
                .orElse("");
    }

    static String text(AnyValue value) {
        String text =
                switch (value.getValueCase()) {
                    case STRING_VALUE -> value.getStringValue();
                    case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
                    case INT_VALUE -> Long.toString(value.getIntValue());
                    case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
                    default -> "";
                };
        return text.length() <= MAX_VALUE_CHARS ? text : text.substring(0, MAX_VALUE_CHARS);
    }
}
