package io.meltemi.proxy.config.match;

import com.google.protobuf.Duration;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.decide.match.Fraction;
import io.meltemi.proxy.runtime.RuntimeKeys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Compiles small values that many messages have. Immutable: pure functions.
public final class Values {
    private static final long MOST_SECONDS = Long.MAX_VALUE / 1_000_000_000L - 1;

    private Values() {}

    public static Fraction fraction(FractionalPercent percent, ConfigPlace at) {
        int denominator =
                switch (percent.getDenominator()) {
                    case HUNDRED -> 100;
                    case TEN_THOUSAND -> 10_000;
                    case MILLION -> 1_000_000;
                    case UNRECOGNIZED -> {
                        at.field("denominator")
                                .refuse(percent.getDenominatorValue() + " is no denominator");
                        yield 100;
                    }
                };
        // A numerator beyond the denominator means everything, as in Envoy.
        long numerator = Math.min(Integer.toUnsignedLong(percent.getNumerator()), denominator);
        return new Fraction((int) numerator, denominator);
    }

    /// A share that the runtime may change.
    public static Fraction fraction(
            RuntimeFractionalPercent percent, RuntimeKeys keys, ConfigPlace at) {
        Fraction usual = fraction(percent.getDefaultValue(), at.field("default_value"));
        return percent.getRuntimeKey().isEmpty()
                ? usual
                : new Fraction(
                        usual.numerator(), usual.denominator(), percent.getRuntimeKey(), keys);
    }

    /// The same for a setting that may be absent.
    ///
    /// @param otherwise what an absent setting means
    public static Fraction share(
            boolean isSet,
            RuntimeFractionalPercent percent,
            Fraction otherwise,
            RuntimeKeys keys,
            ConfigPlace at) {
        return isSet ? fraction(percent, keys, at) : otherwise;
    }

    /// Nanoseconds; what is negative or too long for a clock is refused.
    public static long nanos(Duration duration, ConfigPlace at) {
        if (duration.getSeconds() < 0
                || duration.getNanos() < 0
                || duration.getSeconds() > MOST_SECONDS) {
            at.refuse(
                    duration.getSeconds()
                            + "s "
                            + duration.getNanos()
                            + "ns is no duration of 0 to 292 years");
            return 0;
        }
        return duration.getSeconds() * 1_000_000_000L + duration.getNanos();
    }

    /// A tree of maps; null values are left out, as there is no difference to an absent key.
    public static Map<String, Object> tree(Struct struct) {
        Map<String, Object> tree = new HashMap<>();
        struct.getFieldsMap()
                .forEach((key, value) -> {
                    if (value.getKindCase() != Value.KindCase.NULL_VALUE
                            && value.getKindCase() != Value.KindCase.KIND_NOT_SET) {
                        tree.put(key, tree(value));
                    }
                });
        return Map.copyOf(tree);
    }

    private static Object tree(Value value) {
        return switch (value.getKindCase()) {
            case STRING_VALUE -> value.getStringValue();
            case NUMBER_VALUE -> value.getNumberValue();
            case BOOL_VALUE -> value.getBoolValue();
            case STRUCT_VALUE -> tree(value.getStructValue());
            case LIST_VALUE -> {
                List<Object> list = new ArrayList<>();
                value.getListValue().getValuesList().forEach(v -> list.add(tree(v)));
                yield List.copyOf(list);
            }
            case NULL_VALUE, KIND_NOT_SET -> "";
        };
    }

    /// A text in a struct; empty when there is none.
    public static String text(Struct from, String name) {
        return from.getFieldsOrDefault(name, Value.getDefaultInstance()).getStringValue();
    }
}
