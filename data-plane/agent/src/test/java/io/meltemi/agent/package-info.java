/// The agent as a whole: real namespaces, a control plane of the test.
@NullMarked
package io.meltemi.agent;

import org.jspecify.annotations.NullMarked;
