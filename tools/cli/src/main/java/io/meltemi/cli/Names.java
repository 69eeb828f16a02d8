package io.meltemi.cli;

import java.util.regex.Pattern;

/// Names that become part of identities, files and addresses: DNS labels.
final class Names {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private Names() {}

    /// @throws IllegalArgumentException naming the option and what is allowed
    static String label(String option, String value) {
        if (!LABEL.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "%s '%s' must be 1 to 63 of a-z, 0-9 and '-', with a letter or digit at both ends"
                            .formatted(option, value));
        }
        return value;
    }
}
