/// Pods: namespaces, links, rules, and what crosses their walls.
@NullMarked
package io.meltemi.agent.intercept;

import org.jspecify.annotations.NullMarked;
