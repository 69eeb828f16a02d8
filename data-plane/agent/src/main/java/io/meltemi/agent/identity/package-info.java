/// The workload's key and certificate, and who is given them.
@NullMarked
package io.meltemi.agent.identity;

import org.jspecify.annotations.NullMarked;
