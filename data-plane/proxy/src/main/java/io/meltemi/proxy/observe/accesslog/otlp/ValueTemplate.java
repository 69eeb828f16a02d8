package io.meltemi.proxy.observe.accesslog.otlp;

import io.meltemi.proxy.observe.ExchangeRecord;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// A value of OTLP with command operators in its strings, compiled. Immutable.
///
/// Envoy: only strings, lists and maps may be in it.
@FunctionalInterface
interface ValueTemplate {
    AnyValue fill(ExchangeRecord record);

    /// @param formats compiles one string
    /// @throws IllegalArgumentException naming what is wrong
    static ValueTemplate of(
            AnyValue value, Function<String, Function<ExchangeRecord, String>> formats) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> {
                Function<ExchangeRecord, String> text = formats.apply(value.getStringValue());
                yield record -> AnyValue.newBuilder().setStringValue(text.apply(record)).build();
            }
            case KVLIST_VALUE -> {
                Members members = Members.of(value.getKvlistValue(), formats);
                yield record ->
                        AnyValue.newBuilder()
                                .setKvlistValue(
                                        KeyValueList.newBuilder()
                                                .addAllValues(members.fill(record)))
                                .build();
            }
            case ARRAY_VALUE -> {
                List<ValueTemplate> elements =
                        value.getArrayValue().getValuesList().stream()
                                .map(each -> of(each, formats))
                                .toList();
                yield record -> {
                    ArrayValue.Builder all = ArrayValue.newBuilder();
                    for (ValueTemplate element : elements) {
                        all.addValues(element.fill(record));
                    }
                    return AnyValue.newBuilder().setArrayValue(all).build();
                };
            }
            case BOOL_VALUE, INT_VALUE, DOUBLE_VALUE, BYTES_VALUE, VALUE_NOT_SET ->
                    throw new IllegalArgumentException(
                            "only strings, lists and maps of them can be logged, not "
                                    + value.getValueCase());
        };
    }

    /// A map, in its order. Immutable.
    record Members(List<String> keys, List<ValueTemplate> values) {
        public Members {
            keys = List.copyOf(keys);
            values = List.copyOf(values);
        }

        static Members of(
                KeyValueList list, Function<String, Function<ExchangeRecord, String>> formats) {
            List<String> keys = new ArrayList<>();
            List<ValueTemplate> values = new ArrayList<>();
            for (KeyValue each : list.getValuesList()) {
                keys.add(each.getKey());
                values.add(ValueTemplate.of(each.getValue(), formats));
            }
            return new Members(keys, values);
        }

        List<KeyValue> fill(ExchangeRecord record) {
            List<KeyValue> all = new ArrayList<>(keys.size());
            for (int i = 0; i < keys.size(); i++) {
                all.add(
                        KeyValue.newBuilder()
                                .setKey(keys.get(i))
                                .setValue(values.get(i).fill(record))
                                .build());
            }
            return all;
        }
    }
}
