package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.AccessLogFile;
import io.meltemi.model.config.AccessLogFile.Format;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads where and how requests are written to a file. Immutable.
final class AccessLogDecoder {
    private AccessLogDecoder() {}

    private enum Encoding {
        TEXT,
        JSON
    }

    /// `accessLogFile`, `accessLogFormat` and `accessLogEncoding`.
    ///
    /// @return empty without a file
    static Optional<AccessLogFile> ofMesh(ObjectReader mesh) {
        Optional<String> path = mesh.string("accessLogFile").filter(p -> !p.isEmpty());
        Optional<String> written = mesh.string("accessLogFormat").filter(f -> !f.isEmpty());
        Encoding encoding = mesh.choice("accessLogEncoding", Encoding.class).orElse(Encoding.TEXT);
        Format format =
                switch (encoding) {
                    case TEXT -> new Format.Text(written);
                    case JSON ->
                            written.flatMap(text -> fields(text, mesh))
                                    .<Format>map(Format.Json::new)
                                    .orElse(Format.Json.OF_ISTIO);
                };
        return path.map(p -> new AccessLogFile(p, format));
    }

    private static Optional<SortedMap<String, String>> fields(String text, ObjectReader mesh) {
        SortedMap<String, String> fields = new TreeMap<>();
        String problem = "";
        try {
            JsonNode tree = JsonMapper.shared().readTree(text);
            if (!tree.isObject()) {
                problem = "it is no JSON object";
            }
            for (var field : tree.properties()) {
                if (field.getValue().isString()) {
                    fields.put(field.getKey(), field.getValue().asString());
                } else {
                    problem =
                            "the value of '" + ObjectReader.shown(field.getKey()) + "' is no text";
                }
            }
        } catch (JacksonException e) {
            problem = e.getOriginalMessage();
        }
        if (problem.isEmpty()) {
            return Optional.of(fields);
        }
        mesh.findings()
                .unread(
                        Code.WRONG_TYPE,
                        mesh.path().field("accessLogFormat"),
                        "accessLogFormat of a JSON log has to be a JSON object of texts, such as {\"path\": \"%REQ(:PATH)%\"}: "
                                + ObjectReader.shown(problem));
        return Optional.empty();
    }
}
