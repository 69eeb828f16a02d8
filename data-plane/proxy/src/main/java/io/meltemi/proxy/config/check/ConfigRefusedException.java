package io.meltemi.proxy.config.check;

import java.util.List;
import java.util.stream.Collectors;

/// A resource was refused; says everything that is wrong with it. Immutable.
public final class ConfigRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<ConfigProblem> problems;

    public ConfigRefusedException(String resource, List<ConfigProblem> problems) {
        super(
                resource
                        + ": "
                        + problems.stream()
                                .map(ConfigProblem::toString)
                                .collect(Collectors.joining("; ")));
        this.problems = List.copyOf(problems);
    }

    public List<ConfigProblem> problems() {
        return problems;
    }
}
