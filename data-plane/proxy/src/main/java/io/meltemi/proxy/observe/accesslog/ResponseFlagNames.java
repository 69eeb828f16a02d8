package io.meltemi.proxy.observe.accesslog;

import io.meltemi.proxy.http.ResponseFlag;
import java.util.EnumMap;
import java.util.Map;

/// The long names of response flags (`%RESPONSE_FLAGS_LONG%`): Envoy's, which are the constants'
/// words in camel case. Immutable.
final class ResponseFlagNames {
    private ResponseFlagNames() {}

    static Map<ResponseFlag, String> all() {
        Map<ResponseFlag, String> names = new EnumMap<>(ResponseFlag.class);
        for (ResponseFlag flag : ResponseFlag.values()) {
            StringBuilder name = new StringBuilder();
            for (String word : flag.name().split("_", -1)) {
                name.append(word.charAt(0))
                        .append(word.substring(1).toLowerCase(java.util.Locale.ROOT));
            }
            names.put(flag, name.toString());
        }
        return names;
    }
}
