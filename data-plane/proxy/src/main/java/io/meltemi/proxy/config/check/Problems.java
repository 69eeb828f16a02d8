package io.meltemi.proxy.config.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What is wrong with one resource, in the order it was found. Confined to the thread that
/// compiles.
final class Problems {
    /// A hostile resource can be wrong in more places than anybody reads.
    private static final int MOST = 100;

    private final List<ConfigProblem> all = new ArrayList<>();
    private final Set<String> byRule = new HashSet<>();

    void add(String path, String reason) {
        ConfigProblem problem = new ConfigProblem(path, reason);
        if (byRule.remove(path)) {
            all.replaceAll(each -> each.path().equals(path) ? problem : each);
        } else if (all.size() < MOST) {
            all.add(problem);
        }
    }

    /// For a reason that says less than any other would.
    void addByRule(String path, String reason) {
        if (all.size() < MOST && !isAt(path)) {
            all.add(new ConfigProblem(path, reason));
            byRule.add(path);
        }
    }

    boolean isAt(String path) {
        return all.stream().anyMatch(problem -> problem.path().equals(path));
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    List<ConfigProblem> all() {
        return List.copyOf(all);
    }
}
