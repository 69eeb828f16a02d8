package io.meltemi.proxy.observe.accesslog;

import io.meltemi.proxy.decide.rewrite.HeaderTemplate.RecordText;
import java.nio.charset.StandardCharsets;

/// Lends the command operators of access logs to header values. Immutable.
public final class HeaderOperators {
    private HeaderOperators() {}

    /// @param command as between its percent signs
    /// @throws IllegalArgumentException when there is no such operator
    public static RecordText of(String command) {
        if (command.equals("ACCESS_LOG_TYPE")) {
            return _ -> "NotSet"; // Envoy: nothing is logged yet
        }
        if (command.equals("HOSTNAME")) {
            throw new IllegalArgumentException("%HOSTNAME% is not supported in header values");
        }
        if (!(FormatParser.parse('%' + command + '%', new Operators("", false)).getFirst()
                instanceof Value value)) {
            throw new IllegalArgumentException("%" + command + "% is no command operator");
        }
        return record -> {
            LogBuffer out = new LogBuffer();
            return value.write(record, out)
                    ? new String(out.array(), 0, out.size(), StandardCharsets.ISO_8859_1)
                    : null;
        };
    }
}
