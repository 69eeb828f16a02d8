package io.meltemi.testkit.differential;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The certificates of a scenario whose configuration holds them: made before its bootstrap is.
/// Immutable.
public final class ScenarioCertificates {
    private static final Pattern TEXT = Pattern.compile("\\b(pem|key|crl)\\(([a-z-]+)\\)");

    private final TestCertificates made;
    private final Path folder;

    private ScenarioCertificates(TestCertificates made, Path folder) {
        this.made = made;
        this.folder = folder;
    }

    /// @param tree a scenario's, with `certificates`
    /// @param folder where their files are written
    public static ScenarioCertificates make(Map<String, Object> tree, Path folder)
            throws IOException {
        TestCertificates made = new TestCertificates(folder);
        made.make(ConnectionCaseReader.read(tree, "").certificates());
        return new ScenarioCertificates(made, folder);
    }

    /// Puts texts into YAML: `pem(NAME)`, `key(NAME)` and `crl(NAME)` become what the files hold.
    public String fill(String yaml) throws IOException {
        StringBuilder filled = new StringBuilder();
        int at = 0;
        for (MatchResult each : TEXT.matcher(yaml).results().toList()) {
            String file = each.group(2) + "." + each.group(1);
            String text = Files.readString(folder.resolve(file)).replace("\r", "");
            filled.append(yaml, at, each.start())
                    .append('"')
                    .append(text.replace("\n", "\\n"))
                    .append('"');
            at = each.end();
        }
        return filled.append(yaml.substring(at)).toString();
    }

    TestCertificates made() {
        return made;
    }
}
