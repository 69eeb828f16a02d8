package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.HttpRoute.HeaderChange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads a `requestHeaderModifier` or `responseHeaderModifier`. Immutable.
final class ApiHeaderChangeDecoder {
    private ApiHeaderChangeDecoder() {}

    static HeaderChange decode(ObjectReader change) {
        return new HeaderChange(
                values(change, "set"), values(change, "add"), change.strings("remove"));
    }

    private record Header(String name, String value) {}

    private static Map<String, String> values(ObjectReader change, String field) {
        Map<String, String> values = new LinkedHashMap<>();
        List<Header> headers =
                change.list(
                        field,
                        h -> new Header(h.requiredString("name"), h.requiredString("value")));
        for (int i = 0; i < headers.size(); i++) {
            Header header = headers.get(i);
            boolean twice =
                    values.keySet().stream().anyMatch(n -> n.equalsIgnoreCase(header.name()));
            if (twice) {
                change.findings()
                        .judge(
                                Code.SCHEMA,
                                change.path().field(field).item(i),
                                "header '%s' stands twice"
                                        .formatted(ObjectReader.shown(header.name())));
            } else {
                values.put(header.name(), header.value());
            }
        }
        return values;
    }
}
