export const DEFAULT_PORT = 4566;

export const USAGE = `Sluice on your laptop: runs the whole app from its own CloudFormation template.

  npm start -- [FILE …] [options]             start, upload each FILE and show its progress
  npm run -s play -- ID_OR_KEY [options]      print a new signed URL for a video
  npm run -s status [-- options]              print alarms, videos in work, queues and the reconciler's last report
  npm run -s env                              print environment variables that point AWS tools at the laptop
  npm run -s token [-- options]               print an access token for the API, valid for an hour

Options for start
  --exit              exit when every FILE has been processed; status 0 only if all are ready
  --sample            also upload the bundled sample, thirty seconds of Big Buck Bunny
  -c, --context KEY=VALUE
                      change a setting, like npx cdk deploy -c KEY=VALUE: -c ladder.maxShortSide=720; repeatable
  --harsh             also copy AWS's habits that are random, slow or those of a new account; docs/laptop.md lists them
  --seed N            with --harsh, repeat the random choices of the start that printed this seed
  --explain           list the template properties that the laptop ignores
  --port N            port of the AWS APIs (default ${DEFAULT_PORT}); the edge listens on N+1
  --state DIR         directory for all state (default: .sluice in the project)
  --assembly DIR      run this synthesized cloud assembly instead of synthesizing

Options for play, which takes a video's id, its object key or its file name
  --dash              print the MPEG-DASH URL instead of the HLS URL
  --json              print all URLs and details as JSON
  --expires S         seconds until the URL expires (60 to 604800)

Options for status
  --json              print everything as JSON, empty queues and alarms that are not raised too

Options for token
  --role ROLE         viewer, uploader or admin (default admin)
  --name NAME         username, which owns the videos uploaded with the token (default: the role)

play, status, env and token take --state too. FFMPEG_PATH selects the ffmpeg to use, DATABASE_URL a PostgreSQL server instead of
the built-in database.`;
