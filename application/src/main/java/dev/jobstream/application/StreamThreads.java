package dev.jobstream.application;

import java.util.concurrent.Executor;

/**
 * What does what takes too long for the thread that it comes from.
 *
 * @param workers write to many clients; none of their tasks blocks
 * @param readers read journals, which blocks them for as long as the source takes
 * @param askers ask whether open streams are still permitted, which blocks them for as long as the rule takes
 */
public record StreamThreads(Executor workers, Executor readers, Executor askers) {}
