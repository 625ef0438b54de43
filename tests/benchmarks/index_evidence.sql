-- Statements of index_evidence.py, each under its name. A colon begins a value that is filled in.

-- name: chance
-- A number out of a number, spread evenly.
CREATE FUNCTION pg_temp.chance(number bigint, seed bigint) RETURNS bigint LANGUAGE sql IMMUTABLE
RETURN hashint8extended(number, seed) & 9223372036854775807;

-- name: plain_indexes
SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'evidence' AND indexdef NOT LIKE '%UNIQUE%';

-- name: organisations
-- One in a hundred is closed.
INSERT INTO organisations (id, path, code, pcode, country, kind, name, names, closed_at)
SELECT id, id || '/', 'org-' || lpad(n::text, 5, '0'), '', 'XX', 'local-government', 'Organisation ' || n, '{}',
  CASE WHEN n % 100 = 99 THEN :day - interval '100 days' END
FROM (SELECT n, md5('organisation' || n)::uuid AS id FROM generate_series(0, :organisations - 1) n) one;

-- name: people
INSERT INTO users (id, sign_in_name, name, names, language, made_at)
SELECT md5('person' || n)::uuid, 'person-' || n, 'Person ' || n, '{}', 'en', :day - interval '4 years'
FROM generate_series(0, :people - 1) n;

-- name: posts
INSERT INTO posts (id, organisation_id, key, titles, made_at, closed_on)
SELECT md5('post' || o || '-' || k)::uuid, md5('organisation' || o)::uuid, 'post-' || lpad(k::text, 2, '0'),
  '{"en": "A post"}', :day - interval '4 years', CASE WHEN (o + k) % 50 = 0 THEN :day - 200 END
FROM generate_series(0, :organisations - 1) o, generate_series(0, :posts - 1) k;

-- name: requirements
-- Every fifth post asked for less until a year before the day, and will ask for more a month after it.
INSERT INTO post_requirements (id, post_id, valid_from, valid_until, requirements, reason, recorded_at)
SELECT md5('asks' || v || '-' || o || '-' || k)::uuid, md5('post' || o || '-' || k)::uuid,
  CASE v WHEN 0 THEN :day - 1461 WHEN 1 THEN :day - 365 ELSE :day + 30 END,
  CASE WHEN k % 5 = 0 THEN CASE v WHEN 0 THEN :day - 365 WHEN 1 THEN :day + 30 END END,
  (SELECT json_object_agg((:competencies)[1 + (k * 5 + j) % :several],
    LEAST(4, GREATEST(1, (k + j) % 3 + CASE WHEN k % 5 = 0 THEN v ELSE 1 END))) FROM generate_series(0, 3) j),
  '', :day - interval '4 years'
FROM generate_series(0, :organisations - 1) o, generate_series(0, :posts - 1) k, generate_series(0, 2) v
WHERE v = 0 OR k % 5 = 0;

-- name: incumbencies
-- Who holds a post now is the person of its number; every fourth was somebody else's before.
INSERT INTO incumbencies (id, post_id, user_id, starts_on, ends_on)
SELECT md5('holds' || o || '-' || k)::uuid, md5('post' || o || '-' || k)::uuid,
  md5('person' || (o + k * :organisations))::uuid, :day - 400, NULL
FROM generate_series(0, :organisations - 1) o, generate_series(0, :posts - 1) k
WHERE (o + k) % 10 <> 3 AND o + k * :organisations < :people
UNION ALL
SELECT md5('held' || o || '-' || k)::uuid, md5('post' || o || '-' || k)::uuid,
  md5('person' || (o + (k + :posts) * :organisations))::uuid, :day - 1400, :day - 401
FROM generate_series(0, :organisations - 1) o, generate_series(0, :posts - 1) k
WHERE k % 4 = 0 AND o + (k + :posts) * :organisations < :people;

-- name: about_people
-- Each 50th piece is followed by its correction, which says the same with another value (s is whose words it takes).
-- Three pieces come from one attempt or task; those of exercises share the exercise of their organisation and month.
INSERT INTO evidence (id, once_key, kind, organisation_id, user_id, competency, level, indicator, value, unit, numerator,
  denominator, observed_on, group_key, "leading", record_kind, record_id, assessor_organisation_id, recorded_at)
SELECT id, 'person:' || n, kind, md5('organisation' || CASE WHEN pg_temp.chance(p, 9) % 50 = 0
    THEN (o + 7) % :organisations ELSE o END)::uuid, md5('person' || p)::uuid, competency, '', '',
  CASE kind WHEN 'assessment' THEN 400000 + 50000 * (pg_temp.chance(n, 4) % 13)
    WHEN 'practical-observation' THEN CASE WHEN pg_temp.chance(n, 4) % 3 = 0 THEN 600000 ELSE 1000000 END
    WHEN 'survey' THEN 400000 + 25000 * (pg_temp.chance(n, 4) % 20)
    WHEN 'work-confirmation' THEN 1000000 WHEN 'coaching' THEN 1000000 WHEN 'improvement' THEN 1000000
    ELSE (ARRAY[0, 333333, 666667, 1000000])[1 + pg_temp.chance(n, 4) % 4] END,
  'share', NULL, NULL, day, CASE kind WHEN 'exercise-evaluation' THEN 'exercise:' || record
    WHEN 'coaching' THEN 'user:' || md5('person' || pg_temp.chance(a, 8) % 3)::uuid ELSE '' END,
  kind = 'exercise-evaluation' AND pg_temp.chance(a, 5) % 3 = 0,
  CASE kind WHEN 'assessment' THEN 'attempt' WHEN 'practical-observation' THEN 'observation'
    WHEN 'exercise-evaluation' THEN 'exercise' WHEN 'work-confirmation' THEN kind ELSE 'level-record' END, record,
  CASE WHEN kind <> 'assessment' THEN md5('organisation' || (o + 1 + pg_temp.chance(a, 6) % 5) % :organisations)::uuid END,
  day + CASE WHEN s = n THEN interval '9 hours' ELSE interval '60 days' END
FROM (SELECT *, CASE WHEN kind = 'exercise-evaluation' THEN md5('exercise' || o || '-' || (day - :first) / 30)::uuid
    ELSE md5('attempt' || a)::uuid END AS record,
    (:competencies)[1 + (p / :organisations * 5 + (pg_temp.chance(a, 3) + s % 3) % 8) % :several] AS competency
  FROM (SELECT *, p % :organisations AS o, :first + (s * :days / :size)::int AS day,
      CASE WHEN k < 35 THEN 'assessment' WHEN k < 48 THEN 'practical-observation' WHEN k < 52 THEN 'work-confirmation'
        WHEN k < 53 THEN 'survey' WHEN k < 55 THEN 'coaching' WHEN k < 56 THEN 'improvement'
        ELSE 'exercise-evaluation' END AS kind
    FROM (SELECT n, s, a, pg_temp.chance(a, 1) % :people AS p, pg_temp.chance(a, 2) % 100 AS k,
        ('01980000' || lpad(to_hex(n), 12, '0') || substr(md5('p' || n), 1, 12))::uuid AS id
      FROM (SELECT n, s, s / 3 AS a FROM (SELECT n, CASE WHEN n % 50 = 1 THEN n - 1 ELSE n END AS s
        FROM generate_series(CAST(:start AS bigint), :stop) n) x1) x2) x3) x4) x5;

-- name: about_organisations
-- Four in a row are an exchange (two figures for either side), four objectives of an exercise, or four actions.
INSERT INTO evidence (id, once_key, kind, organisation_id, user_id, competency, level, indicator, value, unit, numerator,
  denominator, observed_on, group_key, "leading", record_kind, record_id, assessor_organisation_id, recorded_at)
SELECT id, 'organisation:' || n, kind, md5('organisation' || o)::uuid, NULL, '', '',
  CASE kind WHEN 'exercise-evaluation' THEN 'exercise-performance'
    WHEN 'partnership-record' THEN 'corrective-actions-on-time'
    ELSE CASE WHEN s % 2 = 0 THEN 'exchange-timeliness' ELSE 'exchange-completeness' END END,
  CASE WHEN kind = 'exercise-evaluation' THEN value ELSE value / 1000000 * 1000000 END, 'share',
  CASE WHEN kind <> 'exercise-evaluation' THEN value / 1000000 * 1000000 END,
  CASE WHEN kind <> 'exercise-evaluation' THEN 1000000 END, day,
  CASE kind WHEN 'exercise-evaluation' THEN 'exercise:' || record WHEN 'exchange' THEN 'exchange:' || record ELSE '' END,
  false, CASE WHEN kind = 'exchange' THEN 'exchange' ELSE 'exercise' END, record,
  CASE WHEN kind <> 'partnership-record'
    THEN md5('organisation' || (o + 1 + pg_temp.chance(b, 6) % 5) % :organisations)::uuid END,
  day + CASE WHEN s = n THEN interval '9 hours' ELSE interval '60 days' END
FROM (SELECT *, CASE WHEN kind = 'exchange' THEN md5('exchange' || b)::uuid
    ELSE md5('exercise' || o || '-' || (day - :first) / 30)::uuid END AS record
  FROM (SELECT *, (pg_temp.chance(b, 1) + CASE WHEN kind = 'exchange' AND s % 4 > 1 THEN 1 + pg_temp.chance(b, 7) % 9 ELSE 0 END)
      % :organisations AS o
    FROM (SELECT n, s, s / 4 AS b, :first + (s / 4 * 4 * :days / :size)::int AS day,
        CASE WHEN pg_temp.chance(s / 4, 2) % 100 < 54 THEN 'exchange' WHEN pg_temp.chance(s / 4, 2) % 100 < 90
          THEN 'exercise-evaluation' ELSE 'partnership-record' END AS kind,
        pg_temp.chance(n, 4) % 7 * 166666 + pg_temp.chance(n, 4) % 7 / 6 * 4 + 3 * (pg_temp.chance(n, 5) % 2) AS value,
        ('01980001' || lpad(to_hex(n), 12, '0') || substr(md5('o' || n), 1, 12))::uuid AS id
      FROM (SELECT n, CASE WHEN n % 50 = 1 THEN n - 1 ELSE n END AS s
        FROM generate_series(CAST(:start AS bigint), :stop) n) x1) x2) x3) x4;

-- name: ends
INSERT INTO evidence_ends (id, evidence_id, kind, successor_id, reason, at)
SELECT md5('end' || one.id)::uuid, one.id, CASE WHEN n % 50 = 0 THEN 'superseded' ELSE 'withdrawn' END, next.id,
  'a correction', one.observed_on + CASE WHEN n % 50 = 0 THEN interval '60 days' ELSE interval '20 days' END
FROM (SELECT *, split_part(once_key, ':', 2)::bigint AS n FROM evidence) one
LEFT JOIN evidence next ON n % 50 = 0 AND next.once_key = split_part(one.once_key, ':', 1) || ':' || n + 1
WHERE (n % 50 = 0 AND next.id IS NOT NULL) OR n % 100 = 30;
